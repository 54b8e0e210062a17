#include "sfu/congestion/trendline_estimator.h"

#include <algorithm>
#include <cmath>

namespace parley {
namespace {

constexpr double kSmoothing = 0.9;
// Makes the slope, in ms per ms, comparable with a threshold in ms.
constexpr double kGain = 4.0;
constexpr size_t kMaxSamples = 60;
// draft-ietf-rmcat-gcc-02 section 5.4: overuse_time_th, K_u, the bounds of del_var_th, and how far
// beyond it a sample still moves it. K_d lies between the draft's 0.00018, with which the threshold
// stays so high after a TCP-like flow that we keep the queue full against it, and the 0.039 of
// later practice, with which such a flow starves us (the scenario tests print both sides).
constexpr double kOveruseMs = 10;
constexpr double kUp = 0.01;
constexpr double kDown = 0.001;
constexpr double kMinThreshold = 6;
constexpr double kMaxThreshold = 600;
constexpr double kMaxAdaptOffset = 15;
constexpr double kMaxAdaptInterval = 100;
// A link that lost most of its capacity shows so few groups that the line takes half a second to
// turn. This many in a row, each clearly later than the last, and later by so much in all, are
// enough: a medium that only stalled lets go in one burst, which is one group.
constexpr int kSteepGroups = 2;
constexpr double kSteepStepMs = 20;
constexpr double kSteepRiseMs = 80;

}  // namespace

void TrendlineEstimator::Update(Duration variation, Duration send_delta, Timestamp received) {
  if (count_ == 0) first_us_ = received.us();
  accumulated_ms_ += static_cast<double>(variation.us()) / 1000;
  smoothed_ms_ = kSmoothing * smoothed_ms_ + (1 - kSmoothing) * accumulated_ms_;
  const double at_ms = static_cast<double>(received.us() - first_us_) / 1000;
  points_[count_++ % kWindow] = {at_ms, smoothed_ms_};
  const double trend = count_ >= kWindow ? Slope() : 0;
  Detect(trend, static_cast<double>(send_delta.us()) / 1000, at_ms);
  DetectSteepRise(static_cast<double>(variation.us()) / 1000);
}

void TrendlineEstimator::DetectSteepRise(double variation_ms) {
  if (variation_ms < kSteepStepMs) {
    rising_groups_ = 0;
    risen_ms_ = 0;
  } else {
    ++rising_groups_;
    risen_ms_ += variation_ms;
  }
  steep_ = rising_groups_ >= kSteepGroups && risen_ms_ >= kSteepRiseMs;
}

// Least squares. Zero when all points are of one moment.
double TrendlineEstimator::Slope() const {
  double mean_at = 0;
  double mean_delay = 0;
  for (const Point& p : points_) {
    mean_at += p.at_ms / kWindow;
    mean_delay += p.delay_ms / kWindow;
  }
  double numerator = 0;
  double denominator = 0;
  for (const Point& p : points_) {
    numerator += (p.at_ms - mean_at) * (p.delay_ms - mean_delay);
    denominator += (p.at_ms - mean_at) * (p.at_ms - mean_at);
  }
  return denominator == 0 ? 0 : numerator / denominator;
}

void TrendlineEstimator::Detect(double trend, double send_delta_ms, double at_ms) {
  if (count_ < 2) return;
  const double modified = static_cast<double>(std::min(count_, kMaxSamples)) * trend * kGain;
  if (modified > threshold_) {
    // Half of the first step: it is not known when within it the growth began.
    over_using_ms_ = over_using_ms_ < 0 ? send_delta_ms / 2 : over_using_ms_ + send_delta_ms;
    ++over_uses_;
    if (over_using_ms_ > kOveruseMs && over_uses_ > 1 && trend >= previous_trend_) {
      over_using_ms_ = 0;
      over_uses_ = 0;
      usage_ = BandwidthUsage::kOverusing;
    }
  } else {
    over_using_ms_ = -1;
    over_uses_ = 0;
    usage_ = modified < -threshold_ ? BandwidthUsage::kUnderusing : BandwidthUsage::kNormal;
  }
  previous_trend_ = trend;
  Adapt(modified, at_ms);
}

void TrendlineEstimator::Adapt(double modified_trend, double at_ms) {
  const double size = std::fabs(modified_trend);
  const double elapsed =
      adapted_at_ms_ < 0 ? 0 : std::clamp(at_ms - adapted_at_ms_, 0.0, kMaxAdaptInterval);
  adapted_at_ms_ = at_ms;
  // A sudden capacity drop says nothing of how the path usually behaves.
  if (size > threshold_ + kMaxAdaptOffset) return;
  const double k = size < threshold_ ? kDown : kUp;
  threshold_ =
      std::clamp(threshold_ + k * (size - threshold_) * elapsed, kMinThreshold, kMaxThreshold);
}

}  // namespace parley
