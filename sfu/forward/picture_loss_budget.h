#pragma once

// How many key frames one receiver may ask for: a few at once, as after an outage, and then one
// each kRefill. Value; one per Slot.

#include <algorithm>

#include "sfu/base/units.h"

namespace parley {

class PictureLossBudget {
 public:
  static constexpr int kMost = 5;
  static constexpr Duration kRefill = Duration::Seconds(4);
  // Requests within that are the same one.
  static constexpr Duration kTogether = Duration::Millis(500);

  [[nodiscard]] bool Spend(Timestamp now) {
    if (used_ > 0 && now - spent_at_ < kTogether) return false;
    const auto refilled =
        static_cast<int>(std::min<int64_t>((now - filled_at_).us() / kRefill.us(), int64_t{kMost}));
    filled_at_ = used_ <= refilled ? now : filled_at_ + kRefill * refilled;
    used_ = std::max(used_ - refilled, 0);
    if (used_ == kMost) return false;
    ++used_;
    spent_at_ = now;
    return true;
  }

 private:
  int used_ = 0;
  Timestamp filled_at_;
  Timestamp spent_at_;
};

}  // namespace parley
