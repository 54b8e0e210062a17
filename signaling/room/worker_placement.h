#pragma once

// Which worker the next peer connection goes to: the one with the fewest, and among equals the one
// with the fewest of the same room, so that a room spreads. Signaling thread; kMaxWorkers counts.

#include <cstdint>
#include <span>
#include <vector>

#include "sfu/base/ids.h"

namespace parley {

class WorkerPlacement {
 public:
  explicit WorkerPlacement(int workers) : load_(static_cast<size_t>(workers)) {}

  // `of_room` has the room's own count per worker.
  WorkerIndex Choose(std::span<const uint32_t> of_room) const;
  void Add(WorkerIndex worker) { ++load_[worker.value()]; }
  void Remove(WorkerIndex worker) { --load_[worker.value()]; }
  uint32_t load(WorkerIndex worker) const { return load_[worker.value()]; }

 private:
  std::vector<uint32_t> load_;
};

}  // namespace parley
