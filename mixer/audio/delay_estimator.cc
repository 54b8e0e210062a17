#include "mixer/audio/delay_estimator.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace parley {
namespace {

constexpr int64_t kBinUs = 2000;
constexpr float kPercentile = 0.98f;
constexpr float kForget = 0.997f;  // per packet
// Before anything is known: as if two packets had come up to 40 ms late. A good network is known
// for one after two seconds; a bad one within fewer.
constexpr size_t kFirstGuessBin = 19;
constexpr float kFirstGuessWeight = 2;
constexpr Duration kWindowLength = Duration::Seconds(1);
constexpr int64_t kNone = std::numeric_limits<int64_t>::max();

}  // namespace

DelayEstimator::DelayEstimator() {
  histogram_[kFirstGuessBin] = total_ = above_ = kFirstGuessWeight;
  UpdateTarget();
}

void DelayEstimator::HandlePacket(int64_t media_us, Timestamp arrival) {
  const int64_t transit = arrival.us() - media_us;
  FollowFastest(transit, arrival);
  const auto bin = static_cast<size_t>((transit - *fastest_) / kBinUs);
  Count(std::min(bin, kBins - 1));
  UpdateTarget();
}

void DelayEstimator::Count(size_t bin) {
  histogram_[bin] += weight_;
  total_ += weight_;
  if (bin > target_bin_) above_ += weight_;
  weight_ /= kForget;
  if (weight_ <= 1e6f) return;
  for (float& h : histogram_) h /= weight_;
  total_ /= weight_;
  weight_ = 1;
  above_ = std::accumulate(histogram_.begin() + static_cast<ptrdiff_t>(target_bin_) + 1,
                           histogram_.end(), 0.0f);
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
  // From where it was: it seldom moves far.
  const float late = total_ * (1 - kPercentile);
  while (target_bin_ + 1 < kBins && above_ >= late) above_ -= histogram_[++target_bin_];
  while (target_bin_ > 0 && above_ + histogram_[target_bin_] < late) {
    above_ += histogram_[target_bin_--];
  }
  target_ = Duration::Micros(static_cast<int64_t>(target_bin_ + 1) * kBinUs);
}

}  // namespace parley
