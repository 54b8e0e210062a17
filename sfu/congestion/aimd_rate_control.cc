#include "sfu/congestion/aimd_rate_control.h"

#include <algorithm>
#include <cmath>

namespace parley {
namespace {

// draft-ietf-rmcat-gcc-02 section 5.5: eta, beta, the response time beyond the round trip, and the
// bound by what arrives.
constexpr double kIncreasePerSecond = 1.08;
constexpr double kBeta = 0.85;
constexpr Duration kResponseExtra = Duration::Millis(100);
constexpr double kMaxOverAcked = 1.5;
// Near the capacity a layer more is only tried when a probe found room for it.
constexpr double kMaxOverAckedNear = 1.08;
constexpr Bitrate kOverAckedExtra = Bitrate::Kbps(10);

constexpr Bitrate kLeastIncrease = Bitrate::Kbps(4);  // per second
constexpr double kFramesPerSecond = 30;
constexpr double kPacketBits = 1200 * 8;
// A second drop waits for the effect of the first.
constexpr Duration kLeastBetweenDrops = Duration::Millis(10);
constexpr Duration kMostBetweenDrops = Duration::Millis(200);
// Less than this share of the estimate arrives: there is no need to wait.
constexpr double kCollapse = 0.5;

// What one packet of the size usual at that rate makes per response time.
Bitrate AdditiveIncrease(Bitrate estimate, Duration round_trip) {
  const double frame_bits = static_cast<double>(estimate.bps()) / kFramesPerSecond;
  const double packet_bits = frame_bits / std::max(1.0, std::ceil(frame_bits / kPacketBits));
  const double per_second = packet_bits / (round_trip + kResponseExtra).seconds();
  return std::max(kLeastIncrease, Bitrate::BitsPerSecond(static_cast<int64_t>(per_second)));
}

}  // namespace

AimdRateControl::AimdRateControl(Bitrate start, Bitrate least, Bitrate most)
    : least_(least), most_(most), estimate_(start) {}

bool AimdRateControl::Update(const Input& input, Timestamp now) {
  ChangeState(input.usage, now);
  switch (state_) {
    case State::kHold:
      return false;
    case State::kIncrease:
      Increase(input, now);
      return false;
    case State::kDecrease:
      return Decrease(input, now);
  }
  return false;
}

void AimdRateControl::SetEstimate(Bitrate estimate, Timestamp now) {
  Set(estimate);
  increased_at_ = now;
}

void AimdRateControl::ChangeState(BandwidthUsage usage, Timestamp now) {
  switch (usage) {
    case BandwidthUsage::kOverusing:
      state_ = State::kDecrease;
      break;
    case BandwidthUsage::kUnderusing:
      state_ = State::kHold;  // the queue drains: wait until it has
      break;
    case BandwidthUsage::kNormal:
      if (state_ == State::kHold) {
        increased_at_ = now;
        state_ = State::kIncrease;
      } else if (state_ == State::kDecrease) {
        state_ = State::kHold;
      }
      break;
  }
}

void AimdRateControl::Increase(const Input& input, Timestamp now) {
  if (input.acked && *input.acked > capacity_.upper()) capacity_.Reset();
  const Duration elapsed = increased_at_ ? now - *increased_at_ : Duration::Zero();
  increased_at_ = now;
  const double seconds = std::clamp(elapsed.seconds(), 0.0, 1.0);
  Bitrate more;
  if (capacity_.known()) {
    more = AdditiveIncrease(estimate_, input.round_trip) * seconds;
  } else {
    more = std::max(estimate_ * (std::pow(kIncreasePerSecond, seconds) - 1),
                    Bitrate::BitsPerSecond(static_cast<int64_t>(1000 * seconds)));
  }
  // What was never sent says nothing of whether it would arrive.
  Bitrate bound = most_;
  if (input.acked) {
    const double over = capacity_.known() ? kMaxOverAckedNear : kMaxOverAcked;
    bound = *input.acked * over + kOverAckedExtra;
  }
  if (input.application_limited) bound = estimate_;
  Set(std::max(estimate_, std::min(estimate_ + more, bound)));
}

bool AimdRateControl::Decrease(const Input& input, Timestamp now) {
  // Without a measure each drop is a guess, and the next must see what it did.
  const Duration wait = input.acked
                            ? std::clamp(input.round_trip, kLeastBetweenDrops, kMostBetweenDrops)
                            : kMostBetweenDrops + input.round_trip;
  const bool collapsed = input.acked && *input.acked < estimate_ * kCollapse;
  if (decreased_at_ && now - *decreased_at_ < wait && !collapsed) {
    state_ = State::kHold;
    return false;
  }
  Bitrate reduced = input.acked.value_or(estimate_) * kBeta;
  if (reduced > estimate_ && capacity_.known()) reduced = capacity_.estimate() * kBeta;
  if (input.acked) {
    if (*input.acked < capacity_.lower()) capacity_.Reset();
    capacity_.Add(*input.acked);
  }
  reduced = std::max(reduced, std::min(input.measured, estimate_));
  const bool dropped = reduced < estimate_;
  if (dropped) Set(reduced);
  decreased_at_ = now;
  state_ = State::kHold;
  return dropped;
}

void AimdRateControl::Set(Bitrate estimate) { estimate_ = std::clamp(estimate, least_, most_); }

}  // namespace parley
