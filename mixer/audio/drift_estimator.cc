#include "mixer/audio/drift_estimator.h"

#include <algorithm>
#include <cmath>

namespace parley {
namespace {

constexpr Duration kWindowLength = Duration::Seconds(2);
constexpr size_t kWindowsToTell = 8;
// A path that changes moves transits by more than any clock does in a window: begin anew.
constexpr double kPathChange = 0.015;  // s
constexpr double kLeast = 5e-6;

}  // namespace

void DriftEstimator::HandlePacket(int64_t media_us, Timestamp arrival) {
  if (!window_end_) window_end_ = arrival + kWindowLength;
  if (arrival >= *window_end_) {
    CloseWindow();
    window_end_ = arrival + kWindowLength;
  }
  const int64_t transit = arrival.us() - media_us;
  if (!fastest_ || transit < *fastest_) {
    fastest_ = transit;
    fastest_at_ = arrival.us();
  }
}

void DriftEstimator::CloseWindow() {
  if (!fastest_) return;
  const Point point{static_cast<double>(fastest_at_) / 1e6, static_cast<double>(*fastest_) / 1e6};
  fastest_.reset();
  if (count_ > 0 &&
      std::abs(point.transit - points_[(count_ - 1) % kWindows].transit) > kPathChange) {
    count_ = 0;
  }
  points_[count_++ % kWindows] = point;
  if (count_ < kWindowsToTell) return;

  const size_t n = std::min(count_, kWindows);
  double mean_at = 0, mean_transit = 0;
  for (size_t i = 0; i < n; ++i) {
    mean_at += points_[i].at / static_cast<double>(n);
    mean_transit += points_[i].transit / static_cast<double>(n);
  }
  double covariance = 0, variance = 0;
  for (size_t i = 0; i < n; ++i) {
    covariance += (points_[i].at - mean_at) * (points_[i].transit - mean_transit);
    variance += (points_[i].at - mean_at) * (points_[i].at - mean_at);
  }
  if (variance == 0) return;
  // Transits of a fast sender shrink: its timestamps run ahead.
  const double slope = -covariance / variance;
  double error = 0;
  for (size_t i = 0; i < n; ++i) {
    const double e = points_[i].transit - mean_transit + slope * (points_[i].at - mean_at);
    error += e * e;
  }
  // What jitter alone may have made of a slope of nothing.
  const double uncertainty = 3 * std::sqrt(error / static_cast<double>(n) / variance);
  drift_ =
      std::abs(slope) < std::max(kLeast, uncertainty) ? 0 : std::clamp(slope, -kLargest, kLargest);
}

}  // namespace parley
