#pragma once

// Which worker the next peer connection goes to: the one with the fewest, and among equals the one
// with the fewest of the same room, so that a room spreads; one that is drained takes nobody while
// there is another. Signaling thread; kMaxWorkers counts.

#include <cstdint>
#include <span>
#include <vector>

#include "sfu/base/ids.h"

namespace parley {

class WorkerPlacement {
 public:
  explicit WorkerPlacement(int workers)
      : load_(static_cast<size_t>(workers)), draining_(load_.size()) {}

  // `of_room` has the room's own count per worker.
  WorkerIndex Choose(std::span<const uint32_t> of_room) const;
  void Add(WorkerIndex worker) { ++load_[worker.value()]; }
  void Remove(WorkerIndex worker) { --load_[worker.value()]; }
  uint32_t load(WorkerIndex worker) const { return load_[worker.value()]; }
  void SetDraining(WorkerIndex worker, bool on) { draining_[worker.value()] = on; }
  bool draining(WorkerIndex worker) const { return draining_[worker.value()]; }

 private:
  std::vector<uint32_t> load_;
  std::vector<bool> draining_;
};

}  // namespace parley
