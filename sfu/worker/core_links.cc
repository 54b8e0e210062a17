#include "sfu/worker/core_links.h"

#include <algorithm>

namespace parley {

CoreLinks::CoreLinks(int workers)
    : workers_(workers),
      rings_(static_cast<size_t>(workers) * static_cast<size_t>(workers)),
      parkings_(std::make_unique<Parking[]>(static_cast<size_t>(workers))) {
  const size_t capacity =
      std::max(kMinRingMessages, kRingMessages / static_cast<size_t>(std::max(workers - 1, 1)));
  for (int from = 0; from < workers; ++from) {
    for (int to = 0; to < workers; ++to) {
      if (from != to) {
        rings_[static_cast<size_t>(from) * static_cast<size_t>(workers) + static_cast<size_t>(to)] =
            std::make_unique<Ring>(capacity);
      }
    }
  }
}

}  // namespace parley
