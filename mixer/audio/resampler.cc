#include "mixer/audio/resampler.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <numbers>
#include <numeric>

#include "mixer/audio/vectorize.h"
#include "sfu/base/check.h"

namespace parley {
namespace {

// At the lower rate. 32 taps keep the passband up to 0.43 of it and mirror images below -60 dB from
// 0.57 on; between them telephony has nothing.
constexpr size_t kTapsAtLowerRate = 32;
constexpr double kKaiserBeta = 6.0;
constexpr double kCutoff = 0.5;  // of the lower rate

double Bessel0(double x) {
  double sum = 1, term = 1;
  for (int k = 1; k < 30; ++k) {
    term *= x / (2 * k) * (x / (2 * k));
    sum += term;
  }
  return sum;
}

// The prototype filter at the rate `up` times the input, ordered by phase and reversed, so that a
// phase is a plain product with the input in its order. Every phase passes a constant unchanged.
std::vector<float> Design(size_t up, size_t down, size_t taps) {
  const size_t length = up * taps;
  const double centre = static_cast<double>(length - 1) / 2;
  const double cutoff = kCutoff / static_cast<double>(std::max(up, down));
  std::vector<double> prototype(length);
  for (size_t i = 0; i < length; ++i) {
    const double t = static_cast<double>(i) - centre;
    const double x = 2 * std::numbers::pi * cutoff * t;
    const double edge = t / (centre + 0.5);
    prototype[i] =
        (t == 0 ? 1 : std::sin(x) / x) * Bessel0(kKaiserBeta * std::sqrt(1 - edge * edge));
  }
  std::vector<float> phases(length);
  for (size_t phase = 0; phase < up; ++phase) {
    double sum = 0;
    for (size_t k = 0; k < taps; ++k) sum += prototype[phase + k * up];
    for (size_t k = 0; k < taps; ++k) {
      phases[phase * taps + taps - 1 - k] = static_cast<float>(prototype[phase + k * up] / sum);
    }
  }
  return phases;
}

// Filters are few and never change: made once, shared by all.
const float* Coefficients(size_t up, size_t down, size_t taps) {
  static std::mutex mutex;
  static std::map<std::pair<size_t, size_t>, std::vector<float>> filters;
  const std::lock_guard lock(mutex);
  auto [it, added] = filters.try_emplace({up, down});
  if (added) it->second = Design(up, down, taps);
  return it->second.data();
}

// `taps` is a multiple of 8.
inline __attribute__((always_inline)) float Dot(const float* a, const float* b, size_t taps) {
  float sums[8] = {};
  for (size_t i = 0; i < taps; i += 8) {
    for (size_t k = 0; k < 8; ++k) sums[k] += a[i + k] * b[i + k];
  }
  return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

PARLEY_VECTORIZE void Filter(const float* window, const float* coefficients, size_t taps,
                             const Resampler::Step* steps, size_t count, int16_t* out) {
  for (size_t i = 0; i < count; ++i) {
    const float v = Dot(window + steps[i].first, coefficients + steps[i].phase, taps);
    out[i] = static_cast<int16_t>(std::lrint(std::clamp(v, -32768.0f, 32767.0f)));
  }
}

}  // namespace

Resampler::Resampler(SampleRate from, SampleRate to) : from_(from), to_(to) {
  if (from == to) return;
  PARLEY_CHECK(FrameSamples(from) > 0 && FrameSamples(to) > 0);
  const size_t common = std::gcd(size_t{Hz(from)}, size_t{Hz(to)});
  const size_t up = Hz(to) / common, down = Hz(from) / common;
  taps_ = up > down ? kTapsAtLowerRate : kTapsAtLowerRate * down / up;
  PARLEY_CHECK(taps_ % 8 == 0);
  coefficients_ = Coefficients(up, down, taps_);
  window_.resize(taps_ - 1 + FrameSamples(from));
  steps_.resize(FrameSamples(to));
  for (size_t i = 0; i < steps_.size(); ++i) {
    steps_[i].first = static_cast<uint32_t>(i * down / up);
    steps_[i].phase = static_cast<uint32_t>(i * down % up * taps_);
  }
}

double Resampler::DelaySamples() const {
  if (from_ == to_) return 0;
  const double ratio = static_cast<double>(Hz(to_)) / Hz(from_);
  const double up = Hz(to_) > Hz(from_) ? ratio : 1;
  return (static_cast<double>(taps_) * up - 1) / 2 / up * ratio;
}

void Resampler::Process(std::span<const int16_t> in, std::span<int16_t> out) {
  PARLEY_CHECK(in.size() == FrameSamples(from_) && out.size() == FrameSamples(to_));
  if (from_ == to_) {
    std::ranges::copy(in, out.begin());
    return;
  }
  std::copy(in.begin(), in.end(), window_.begin() + static_cast<ptrdiff_t>(taps_ - 1));
  Filter(window_.data(), coefficients_, taps_, steps_.data(), steps_.size(), out.data());
  std::copy_n(window_.end() - static_cast<ptrdiff_t>(taps_ - 1), taps_ - 1, window_.begin());
}

}  // namespace parley
