#pragma once

// How long sound must wait so that nearly all packets are there in time. Each packet's transit is
// compared with the fastest of the last ten seconds; what remains goes into a histogram that
// forgets, and the target is its 98th percentile. Follows worse times within a fraction of a
// second, better ones over half a minute. One per incoming stream, on the mixer's thread; nothing
// allocates.

#include <array>
#include <cstdint>
#include <optional>

#include "sfu/base/prefetch.h"
#include "sfu/base/units.h"

namespace parley {

class DelayEstimator {
 public:
  static constexpr Duration kLongest = Duration::Millis(500);

  DelayEstimator();

  // `media_us`: the packet's place on the sender's clock, in microseconds from any beginning.
  void HandlePacket(int64_t media_us, Timestamp arrival);
  // The stream begins anew on another clock; what is known of the path stays.
  void Restart();

  bool started() const { return fastest_.has_value(); }
  // How long sound of `media_us` has waited beyond the fastest transit, if it is played at `now`.
  // Needs started().
  Duration DelayAt(int64_t media_us, Timestamp now) const;
  // What DelayAt should be. At most kLongest.
  Duration target() const { return target_; }

  // Asks for the memory of the next packet, whose delay is seldom far from the fastest's.
  void PrefetchState() const {
    Prefetch(histogram_.data());
    PrefetchBetween(weight_, window_end_);
  }

 private:
  static constexpr size_t kBins = 250;
  static constexpr size_t kWindows = 10;

  void FollowFastest(int64_t transit, Timestamp arrival);
  void Count(size_t bin);
  void UpdateTarget();

  std::array<float, kBins> histogram_{};
  float weight_ = 1;  // of the next packet; grows instead of all others shrinking
  float total_ = 0;
  size_t target_bin_ = 0;
  float above_ = 0;  // what lies in higher bins than that
  Duration target_;

  std::optional<int64_t> fastest_;  // transit: arrival less media time
  std::array<int64_t, kWindows> window_fastest_{};
  size_t window_ = 0;
  Timestamp window_end_;
};

}  // namespace parley
