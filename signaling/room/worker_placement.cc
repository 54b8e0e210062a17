#include "signaling/room/worker_placement.h"

#include <tuple>

#include "sfu/base/check.h"

namespace parley {

WorkerIndex WorkerPlacement::Choose(std::span<const uint32_t> of_room) const {
  PARLEY_CHECK(!load_.empty() && of_room.size() == load_.size());
  size_t best = 0;
  for (size_t i = 1; i < load_.size(); ++i) {
    if (std::tuple(draining_[i], load_[i], of_room[i]) <
        std::tuple(draining_[best], load_[best], of_room[best])) {
      best = i;
    }
  }
  return WorkerIndex(static_cast<uint8_t>(best));
}

}  // namespace parley
