#pragma once

// Whether the queue at the bottleneck grows: the slope of the accumulated delay variation over the
// last groups, held against a threshold that follows it, so that a competing flow does not starve
// us (draft-ietf-rmcat-gcc-02 sections 5.3 and 5.4; Carlucci et al., "Congestion Control for
// Web Real-Time Communication", IEEE/ACM ToN 2017; the straight line takes the place of the Kalman
// filter). Value, nothing allocates.

#include <array>
#include <cstddef>
#include <cstdint>

#include "sfu/base/units.h"

namespace parley {

enum class BandwidthUsage : uint8_t { kNormal, kUnderusing, kOverusing };

class TrendlineEstimator {
 public:
  static constexpr size_t kWindow = 20;

  // `variation` of a group against the one before, which left `send_delta` earlier; `received` on
  // the receiver's clock.
  void Update(Duration variation, Duration send_delta, Timestamp received);
  BandwidthUsage usage() const { return usage_; }
  // By the last group alone: the delay rises so steeply that the link must have lost much of its
  // capacity just now.
  bool steep() const { return steep_; }

 private:
  struct Point {
    double at_ms = 0;     // since the first
    double delay_ms = 0;  // smoothed
  };

  double Slope() const;
  void Detect(double trend, double send_delta_ms, double at_ms);
  void DetectSteepRise(double variation_ms);
  void Adapt(double modified_trend, double at_ms);

  std::array<Point, kWindow> points_;
  size_t count_ = 0;  // ever
  int64_t first_us_ = 0;
  double accumulated_ms_ = 0;
  double smoothed_ms_ = 0;

  double threshold_ = 12.5;
  double adapted_at_ms_ = -1;
  double previous_trend_ = 0;
  double over_using_ms_ = -1;  // negative while it is not
  int over_uses_ = 0;
  int rising_groups_ = 0;
  double risen_ms_ = 0;
  bool steep_ = false;
  BandwidthUsage usage_ = BandwidthUsage::kNormal;
};

}  // namespace parley
