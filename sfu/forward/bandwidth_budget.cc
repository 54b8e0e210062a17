#include "sfu/forward/bandwidth_budget.h"

namespace parley {
namespace {

// An estimate above this share of the sent rate is bounded by the sent rate and not by the link.
constexpr int64_t kUnlimitedPercent = 125;
// A step up may multiply the sent rate by this and add that: the next simulcast layer costs three
// to four times the last.
constexpr int64_t kStepFactor = 3;
constexpr Bitrate kStepBase = Bitrate::Kbps(600);
constexpr float kHeavyLoss = 0.1F;

Bitrate Percent(Bitrate rate, int64_t percent) {
  return Bitrate::BitsPerSecond(rate.bps() / 100 * percent);
}

}  // namespace

void BandwidthBudget::HandleRemb(Bitrate estimate, Bitrate sent, Timestamp now) {
  bool was_limited = limited_;
  estimate_ = estimate;
  at_ = now;
  limited_ = estimate < Percent(sent, kUnlimitedPercent);
  if (limited_ && !was_limited) {
    BackOff(now);
  } else if (!limited_ && now > no_step_before_ + backoff_) {
    backoff_ = kFirstBackoff;
  }
}

void BandwidthBudget::HandleLoss(float loss, Bitrate sent, Timestamp now) {
  if (loss < kHeavyLoss) return;
  heavy_loss_at_ = now;
  if (!estimate_) return;
  // As the loss-based controller of draft-ietf-rmcat-gcc-02 section 6 does.
  Bitrate reduced = Percent(sent, static_cast<int64_t>(100 - 50 * loss));
  if (reduced >= *estimate_) return;
  estimate_ = reduced;
  if (!limited_) BackOff(now);
  limited_ = true;
}

void BandwidthBudget::BackOff(Timestamp now) {
  no_step_before_ = now + backoff_;
  backoff_ = std::min(backoff_ * 2, kMaxBackoff);
}

Bitrate BandwidthBudget::Get(Bitrate sent, Timestamp now) const {
  if (!IsFresh(now)) return Bitrate::Unlimited();
  if (limited_ || now < no_step_before_) return *estimate_;
  Bitrate step = Bitrate::BitsPerSecond(sent.bps() * kStepFactor) + kStepBase;
  return std::max(*estimate_, step);
}

}  // namespace parley
