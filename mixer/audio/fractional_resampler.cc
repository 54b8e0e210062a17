#include "mixer/audio/fractional_resampler.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "mixer/audio/vectorize.h"
#include "sfu/base/check.h"

namespace parley {
namespace {

constexpr size_t kTaps = FractionalResampler::kTaps;
constexpr size_t kPhases = 64;
// One more than its phases: the last is the first, an input later.
using Kernels = std::array<std::array<float, kTaps>, kPhases + 1>;

// Sample kDelay - 1 + phase of a window of kTaps, by a sinc under a Hann window.
Kernels MakeKernels() {
  Kernels kernels{};
  for (size_t p = 0; p <= kPhases; ++p) {
    const double centre =
        FractionalResampler::kDelay - 1 + static_cast<double>(p) / static_cast<double>(kPhases);
    double sum = 0;
    std::array<double, kTaps> weights{};
    for (size_t k = 0; k < kTaps; ++k) {
      const double x = std::numbers::pi * (static_cast<double>(k) - centre);
      const double window = std::cos(x / static_cast<double>(kTaps + 1));
      weights[k] = (x == 0 ? 1 : std::sin(x) / x) * window * window;
      sum += weights[k];
    }
    for (size_t k = 0; k < kTaps; ++k) kernels[p][k] = static_cast<float>(weights[k] / sum);
  }
  return kernels;
}

PARLEY_VECTORIZE float Interpolate(const float* x, const float* a, const float* b, float between) {
  float sums[8] = {};
  for (size_t i = 0; i < kTaps; i += 8) {
    for (size_t k = 0; k < 8; ++k) {
      sums[k] += x[i + k] * (a[i + k] + (b[i + k] - a[i + k]) * between);
    }
  }
  return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

}  // namespace

size_t FractionalResampler::InputsFor(size_t outputs) const {
  return static_cast<size_t>(position_ + static_cast<double>(outputs) * (1 + drift_));
}

void FractionalResampler::Process(std::span<const int16_t> in, std::span<int16_t> out) {
  PARLEY_CHECK(in.size() == InputsFor(out.size()) && out.size() <= kMaxFrameSamples);
  static const Kernels kKernels = MakeKernels();
  std::array<float, kTaps + kMaxFrameSamples + 3> window;
  PARLEY_CHECK(in.size() <= kMaxFrameSamples + 2);
  auto end = std::ranges::copy(history_, window.begin()).out;
  end = std::ranges::copy(in, end).out;
  *end = *(end - 1);  // with weight 0 where rounding asks for it
  if (drift_ == 0 && position_ == 0) {
    for (size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<int16_t>(window[i + FractionalResampler::kDelay]);
    }
  } else {
    for (size_t i = 0; i < out.size(); ++i) {
      const double at = position_ + static_cast<double>(i) * (1 + drift_);
      const auto first = static_cast<size_t>(at);
      const double phase = (at - static_cast<double>(first)) * kPhases;
      const auto p = static_cast<size_t>(phase);
      const float v =
          Interpolate(window.data() + first + 1, kKernels[p].data(), kKernels[p + 1].data(),
                      static_cast<float>(phase - static_cast<double>(p)));
      out[i] = static_cast<int16_t>(std::lrint(std::clamp(v, -32768.0f, 32767.0f)));
    }
    position_ += static_cast<double>(out.size()) * (1 + drift_) - static_cast<double>(in.size());
  }
  std::copy(end - kTaps, end, history_.begin());
}

}  // namespace parley
