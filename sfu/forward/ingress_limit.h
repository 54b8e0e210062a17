#pragma once

// Bytes that one publisher may send: a token bucket of kBurst at a given rate. What is beyond is
// dropped before anything is kept of it, so that transport-wide feedback tells of it as loss to
// whom REMB did not keep below it. Value, nothing allocates; one per peer.

#include <algorithm>
#include <cstdint>

#include "sfu/base/units.h"

namespace parley {

class IngressLimit {
 public:
  // A camera of three layers and a shared screen take a third of it.
  static constexpr Bitrate kDefaultRate = Bitrate::Kbps(20'000);
  // Key frames of several layers come together.
  static constexpr Duration kBurst = Duration::Millis(500);

  explicit IngressLimit(Bitrate rate)
      : bytes_per_second_(rate.bps() / 8),
        most_(bytes_per_second_ * kBurst.us() / 1'000'000),
        tokens_(most_) {}

  [[nodiscard]] bool Take(size_t bytes, Timestamp now) {
    const Duration elapsed = std::min(now - filled_at_, kBurst);
    // Less than a byte's time is left for the next packet.
    if (const int64_t filled = bytes_per_second_ * elapsed.us() / 1'000'000; filled > 0) {
      tokens_ = std::min(tokens_ + filled, most_);
      filled_at_ = now;
    }
    if (tokens_ < static_cast<int64_t>(bytes)) return false;
    tokens_ -= static_cast<int64_t>(bytes);
    return true;
  }

 private:
  int64_t bytes_per_second_;
  int64_t most_;
  int64_t tokens_;
  Timestamp filled_at_;
};

}  // namespace parley
