#include "mixer/audio/mix_bus.h"

#include <algorithm>

#include "mixer/audio/vectorize.h"
#include "sfu/base/check.h"

namespace parley {
namespace {

PARLEY_VECTORIZE void AddFrame(int32_t* __restrict sum, const int16_t* __restrict frame, size_t n) {
  for (size_t i = 0; i < n; ++i) sum[i] += frame[i];
}

PARLEY_VECTORIZE void Subtract(int32_t* __restrict out, const int32_t* __restrict sum,
                               const int16_t* __restrict own, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = sum[i] - own[i];
}

}  // namespace

void MixBus::Begin(size_t samples) {
  PARLEY_CHECK(samples <= sum_.size());
  samples_ = samples;
  std::fill_n(sum_.begin(), samples, 0);
}

void MixBus::Add(std::span<const int16_t> frame) {
  PARLEY_CHECK(frame.size() == samples_);
  AddFrame(sum_.data(), frame.data(), samples_);
}

void MixBus::SumWithout(std::span<const int16_t> own, std::span<int32_t> out) const {
  PARLEY_CHECK(own.size() == samples_ && out.size() == samples_);
  Subtract(out.data(), sum_.data(), own.data(), samples_);
}

}  // namespace parley
