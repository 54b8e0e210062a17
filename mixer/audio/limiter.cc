#include "mixer/audio/limiter.h"

#include <algorithm>
#include <array>

#include "mixer/audio/vectorize.h"
#include "sfu/base/check.h"

namespace parley {
namespace {

constexpr size_t kBlocks = 8;  // of 2.5 ms
// Of what is missing to 1, per block: recovers with a time constant of about 60 ms.
constexpr float kRelease = 0.04f;
constexpr float kTransparent = 0.9999f;

PARLEY_VECTORIZE int32_t Peak(const int32_t* in, size_t n) {
  int32_t low = 0, high = 0;
  for (size_t i = 0; i < n; ++i) {
    low = std::min(low, in[i]);
    high = std::max(high, in[i]);
  }
  return std::max(high, -low);
}

PARLEY_VECTORIZE void Narrow(const int32_t* __restrict in, int16_t* __restrict out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = static_cast<int16_t>(in[i]);
}

PARLEY_VECTORIZE void Scale(const int32_t* __restrict in, int16_t* __restrict out, size_t n,
                            float from, float step) {
  for (size_t i = 0; i < n; ++i) {
    const float v = static_cast<float>(in[i]) * (from + step * static_cast<float>(i + 1));
    out[i] = static_cast<int16_t>(std::clamp(v, -32768.0f, 32767.0f));
  }
}

}  // namespace

void Limiter::Process(std::span<const int32_t> in, std::span<int16_t> out) {
  PARLEY_CHECK(in.size() == out.size() && in.size() % kBlocks == 0);
  if (gain_ == 1 && Peak(in.data(), in.size()) <= kCeiling) {
    Narrow(in.data(), out.data(), in.size());
    return;
  }
  const size_t block = in.size() / kBlocks;
  std::array<float, kBlocks + 1> allowed;
  for (size_t b = 0; b < kBlocks; ++b) {
    const int32_t peak = Peak(in.data() + b * block, block);
    allowed[b] = peak > kCeiling ? static_cast<float>(kCeiling) / static_cast<float>(peak) : 1;
  }
  allowed[kBlocks] = allowed[kBlocks - 1];
  for (size_t b = 0; b < kBlocks; ++b) {
    const float recovered = gain_ + (1 - gain_) * kRelease;
    const float next = std::min({recovered, allowed[b], allowed[b + 1]});
    Scale(in.data() + b * block, out.data() + b * block, block, gain_,
          (next - gain_) / static_cast<float>(block));
    gain_ = next > kTransparent ? 1 : next;
  }
}

}  // namespace parley
