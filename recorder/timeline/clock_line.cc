#include "recorder/timeline/clock_line.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace parley {
namespace {

// Jitter of some milliseconds over less than this says nothing of a skew of some ppm.
constexpr double kMinSpanForSkewUs = 10e6;
// A remaining error is to be gone after this, as far as the slew allows.
constexpr double kSlewHorizonUs = 5e6;
// Centuries at 90 kHz: beyond it the arithmetic is of no use.
constexpr int64_t kAbsurd = int64_t{1} << 50;

double Median(std::vector<double>& values) {
  auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

void ClockLine::AddSample(int64_t rtp, Timestamp at) {
  if (rtp > kAbsurd || rtp < -kAbsurd) return;
  if (!begun_) {
    begun_ = true;
    origin_ = at;
    first_rtp_ = rtp;
    samples_.push_back({rtp, 0});
    return;
  }
  auto us = static_cast<double>((at - origin_).us());
  if (!samples_.empty() && us <= samples_.back().us) return;
  if (samples_.size() == kWindow) samples_.pop_front();
  samples_.push_back({rtp, us});

  fit_rate_ = FitRate();
  // The told line turns around the present, which is told by our clock and not by the sample's RTP
  // time: an absurd one would make a small change of slope a large step.
  told_rtp_ += (us - told_us_) / rate_;
  told_us_ = us;
  double error = FitAt(told_rtp_) - told_us_;
  rate_ = fit_rate_ * (1 + std::clamp(error / kSlewHorizonUs, -kMaxSlew, kMaxSlew));
}

std::optional<Timestamp> ClockLine::Map(int64_t rtp) const {
  if (!begun_ || rtp > kAbsurd || rtp < -kAbsurd) return std::nullopt;
  double us = Told(static_cast<double>(rtp - first_rtp_));
  return origin_ + Duration::Micros(std::llround(us));
}

// The median of the slopes of those pairs that span at least a quarter of the window, so that
// jitter weighs little.
double ClockLine::FitRate() const {
  double span = samples_.back().us - samples_.front().us;
  if (span < kMinSpanForSkewUs) return nominal_us_;
  std::vector<double> slopes;
  slopes.reserve(samples_.size() * samples_.size() / 2);
  for (size_t i = 0; i < samples_.size(); ++i) {
    for (size_t j = i + 1; j < samples_.size(); ++j) {
      double us = samples_[j].us - samples_[i].us;
      int64_t ticks = samples_[j].rtp - samples_[i].rtp;
      if (us * 4 >= span && ticks != 0) slopes.push_back(us / static_cast<double>(ticks));
    }
  }
  if (slopes.empty()) return nominal_us_;
  return std::clamp(Median(slopes), nominal_us_ * (1 - kMaxSkew), nominal_us_ * (1 + kMaxSkew));
}

double ClockLine::FitAt(double rtp) const {
  std::vector<double> fits;
  fits.reserve(samples_.size());
  for (const Sample& s : samples_) {
    fits.push_back(s.us + (rtp - static_cast<double>(s.rtp - first_rtp_)) * fit_rate_);
  }
  return Median(fits);
}

}  // namespace parley
