#pragma once

// How much faster or slower a sender's sample clock runs than ours: the slope of the fastest
// transits of two-second windows over the last minute. Jitter moves single transits, but not for
// long the fastest of a hundred. One per incoming stream, on the mixer's thread; nothing allocates.

#include <array>
#include <cstdint>
#include <optional>

#include "sfu/base/prefetch.h"
#include "sfu/base/units.h"

namespace parley {

class DriftEstimator {
 public:
  static constexpr double kLargest = 500e-6;

  void HandlePacket(int64_t media_us, Timestamp arrival);
  void Restart() { *this = DriftEstimator(); }

  // Positive: the sender's clock is fast, and its sound must be shortened by this share. 0 until
  // there is enough to tell.
  double drift() const { return drift_; }

  // Asks for the memory of the next packet.
  void PrefetchState() const { PrefetchBetween(count_, drift_); }

 private:
  static constexpr size_t kWindows = 30;

  struct Point {
    double at = 0;       // s
    double transit = 0;  // s
  };

  void CloseWindow();

  std::array<Point, kWindows> points_{};
  size_t count_ = 0;  // ever taken
  std::optional<Timestamp> window_end_;
  std::optional<int64_t> fastest_;
  int64_t fastest_at_ = 0;  // us, arrival
  double drift_ = 0;
};

}  // namespace parley
