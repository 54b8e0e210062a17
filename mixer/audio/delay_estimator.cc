#include "mixer/audio/delay_estimator.h"

#include <algorithm>
#include <limits>

namespace parley {
namespace {

constexpr int64_t kBinUs = 2000;
constexpr float kPercentile = 0.98f;
constexpr float kForget = 0.997f;  // per packet
// Before anything is known: as if ten packets had come up to 40 ms late.
constexpr size_t kFirstGuessBin = 19;
constexpr float kFirstGuessWeight = 10;
constexpr Duration kWindowLength = Duration::Seconds(1);
constexpr int64_t kNone = std::numeric_limits<int64_t>::max();

}  // namespace

DelayEstimator::DelayEstimator() {
  histogram_[kFirstGuessBin] = total_ = kFirstGuessWeight;
  UpdateTarget();
}

void DelayEstimator::HandlePacket(int64_t media_us, Timestamp arrival) {
  const int64_t transit = arrival.us() - media_us;
  FollowFastest(transit, arrival);
  const auto bin = static_cast<size_t>((transit - *fastest_) / kBinUs);
  histogram_[std::min(bin, kBins - 1)] += weight_;
  total_ += weight_;
  weight_ /= kForget;
  if (weight_ > 1e6f) {
    for (float& h : histogram_) h /= weight_;
    total_ /= weight_;
    weight_ = 1;
  }
  UpdateTarget();
}

void DelayEstimator::Restart() { fastest_.reset(); }

Duration DelayEstimator::DelayAt(int64_t media_us, Timestamp now) const {
  return Duration::Micros(now.us() - media_us - *fastest_);
}

void DelayEstimator::FollowFastest(int64_t transit, Timestamp arrival) {
  if (!fastest_) {
    window_fastest_.fill(kNone);
    window_end_ = arrival + kWindowLength;
  }
  if (arrival >= window_end_) {
    window_ = (window_ + 1) % kWindows;
    window_fastest_[window_] = kNone;
    window_end_ = arrival + kWindowLength;
  }
  window_fastest_[window_] = std::min(window_fastest_[window_], transit);
  fastest_ = std::ranges::min(window_fastest_);
}

void DelayEstimator::UpdateTarget() {
  float late = total_ * (1 - kPercentile);
  size_t bin = kBins - 1;
  while (bin > 0 && histogram_[bin] < late) late -= histogram_[bin--];
  target_ = Duration::Micros(static_cast<int64_t>(bin + 1) * kBinUs);
}

}  // namespace parley
