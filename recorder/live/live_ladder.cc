#include "recorder/live/live_ladder.h"

#include <algorithm>
#include <array>

namespace parley {
namespace {

// `height`: of a canvas is left so much, in quarters.
struct Step {
  int stride;
  const char* preset;
  int quarters;
};
constexpr auto kSteps = std::to_array<Step>({
    {1, "veryfast", 4},
    {2, "veryfast", 4},
    {2, "superfast", 4},
    {2, "ultrafast", 3},
    {3, "ultrafast", 2},
});

}  // namespace

void LiveLadder::Note(Duration worked, Duration passed, Duration late) {
  const Duration window = passed - passed_;
  if (window < kWindow) return;
  const double busy = (worked - worked_).seconds() / window.seconds();
  worked_ = worked;
  passed_ = passed;
  if (busy > kBusy || late > kLate) {
    step_ = std::min(step_ + 1, kSteps.size() - 1);
    calm_ = 0;
  } else if (busy < kIdle) {
    if (++calm_ < kCalm || step_ == 0) return;
    --step_;
    calm_ = 0;
  } else {
    calm_ = 0;
  }
}

LiveRung LiveLadder::rung() const {
  const Step& step = kSteps[step_];
  return {
      .stride = step.stride, .preset = step.preset, .height = height_ * step.quarters / 4 / 2 * 2};
}

}  // namespace parley
