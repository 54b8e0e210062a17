#pragma once

// The rings between workers: one per ordered pair, and each worker's place to sleep. Made before
// the threads, outlives them, and dies before the packet pools, because rings may still hold
// packets. Bounded: kRingMessages split among the pairs.

#include <cstddef>
#include <memory>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/base/spsc_ring.h"
#include "sfu/forward/relay.h"
#include "sfu/worker/parking.h"

namespace parley {

class CoreLinks {
 public:
  using Ring = SpscRing<RelayMessage>;
  // Into one worker, over all that send to it.
  static constexpr size_t kRingMessages = 8192;
  static constexpr size_t kMinRingMessages = 256;

  explicit CoreLinks(int workers);

  int workers() const { return workers_; }
  // `from` pushes, `to` pops; they differ.
  Ring& ring(WorkerIndex from, WorkerIndex to) {
    return *rings_[static_cast<size_t>(from.value()) * static_cast<size_t>(workers_) + to.value()];
  }
  Parking& parking(WorkerIndex worker) { return parkings_[worker.value()]; }

 private:
  int workers_;
  std::vector<std::unique_ptr<Ring>> rings_;
  std::unique_ptr<Parking[]> parkings_;
};

}  // namespace parley
