#pragma once

// Decides by the free space of a disk what recordings give up. Each step begins one `least` earlier
// than the one behind it, and is left again only with half a `least` more, so that a little that
// is deleted changes nothing to and fro. Pure.

#include <cstdint>

#include "signaling/protocol/disk_step.h"

namespace parley {

class DiskPressure {
 public:
  // At less than `least` free bytes everything is brought to its end.
  explicit DiskPressure(uint64_t least) : least_(least) {}

  // Below it something is given up.
  static constexpr uint64_t EnoughFor(uint64_t least) { return 4 * least; }

  void Update(uint64_t free);
  DiskStep step() const { return step_; }
  // As it was told last; 0 before.
  uint64_t free() const { return free_; }

 private:
  const uint64_t least_;
  uint64_t free_ = 0;
  DiskStep step_ = DiskStep::kEnough;
};

}  // namespace parley
