#include "recorder/compose/pace.h"

#include <algorithm>

namespace parley {

void Pace::Note(Duration made, Duration passed) {
  const Duration window = passed - passed_;
  if (window < kWindow) return;
  const double speed = (made - made_).seconds() / window.seconds();
  if (speed < kSlow) stride_ = std::min(stride_ + 1, kMostStride);
  if (speed > kFast) stride_ = std::max(stride_ - 1, 1);
  made_ = made;
  passed_ = passed;
}

}  // namespace parley
