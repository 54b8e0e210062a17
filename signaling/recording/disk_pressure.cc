#include "signaling/recording/disk_pressure.h"

#include <algorithm>

namespace parley {
namespace {

DiskStep StepFor(uint64_t free, uint64_t least) {
  if (free < least) return DiskStep::kFull;
  if (free < 2 * least) return DiskStep::kSoundOnly;
  if (free < 3 * least) return DiskStep::kSmallPictures;
  if (free < DiskPressure::EnoughFor(least)) return DiskStep::kNoComposing;
  return DiskStep::kEnough;
}

}  // namespace

void DiskPressure::Update(uint64_t free) {
  free_ = free;
  const DiskStep down = StepFor(free, least_);
  const uint64_t margin = least_ / 2;
  const DiskStep up = StepFor(free < margin ? 0 : free - margin, least_);
  // Down at once; up to where the margin is kept.
  step_ = down > step_ ? down : std::min(step_, up);
}

}  // namespace parley
