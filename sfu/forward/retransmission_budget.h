#pragma once

// Bytes that may be spent on retransmissions towards one subscriber: a token bucket that fills with
// half the sent rate, or kMinRate where that is more. Value, nothing allocates.

#include <algorithm>
#include <cstdint>

#include "sfu/base/units.h"

namespace parley {

class RetransmissionBudget {
 public:
  static constexpr Bitrate kMinRate = Bitrate::Kbps(500);
  static constexpr Duration kBurst = Duration::Millis(500);

  [[nodiscard]] bool Spend(size_t bytes, Bitrate sent, Timestamp now) {
    Bitrate rate = std::max(kMinRate, Bitrate::BitsPerSecond(sent.bps() / 2));
    int64_t most = rate.bps() / 8 * kBurst.us() / 1'000'000;
    int64_t elapsed_us = started_ ? std::min((now - filled_at_).us(), kBurst.us()) : kBurst.us();
    started_ = true;
    filled_at_ = now;
    tokens_ = std::min(tokens_ + rate.bps() / 8 * elapsed_us / 1'000'000, most);
    if (tokens_ < static_cast<int64_t>(bytes)) return false;
    tokens_ -= static_cast<int64_t>(bytes);
    return true;
  }

 private:
  bool started_ = false;
  Timestamp filled_at_;
  int64_t tokens_ = 0;
};

}  // namespace parley
