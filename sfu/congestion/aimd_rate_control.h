#pragma once

// The delay-based estimate: raised while the queue is stable, by a share far from the link's last
// seen capacity and by about a packet per round trip near it; dropped at over-use to a share of
// what arrives (draft-ietf-rmcat-gcc-02 section 5.5). Value, nothing allocates.

#include <optional>

#include "sfu/base/units.h"
#include "sfu/congestion/link_capacity.h"
#include "sfu/congestion/trendline_estimator.h"

namespace parley {

class AimdRateControl {
 public:
  AimdRateControl(Bitrate start, Bitrate least, Bitrate most);

  struct Input {
    BandwidthUsage usage = BandwidthUsage::kNormal;
    std::optional<Bitrate> acked;
    Duration round_trip;
    bool application_limited = false;
    // What the path was seen to carry a moment ago: no drop goes below it.
    Bitrate measured = {};
  };
  // Once per feedback. True when it dropped the estimate.
  bool Update(const Input& input, Timestamp now);
  // A probe or a timeout knows better.
  void SetEstimate(Bitrate estimate, Timestamp now);

  Bitrate estimate() const { return estimate_; }
  // The capacity is known and the estimate is near it.
  bool near_capacity() const { return capacity_.known(); }

 private:
  enum class State : uint8_t { kHold, kIncrease, kDecrease };

  void ChangeState(BandwidthUsage usage, Timestamp now);
  void Increase(const Input& input, Timestamp now);
  bool Decrease(const Input& input, Timestamp now);
  void Set(Bitrate estimate);

  Bitrate least_;
  Bitrate most_;
  Bitrate estimate_;
  LinkCapacity capacity_;
  State state_ = State::kHold;
  std::optional<Timestamp> increased_at_;
  std::optional<Timestamp> decreased_at_;
};

}  // namespace parley
