#include "recorder/compose/sound_limiter.h"

#include <algorithm>
#include <cmath>

#include "sfu/base/check.h"

namespace parley {
namespace {

constexpr size_t kChannels = 2;
// Of what is missing to 1, per block: a time constant of about 100 ms.
constexpr float kRelease = 0.05f;
constexpr float kTransparent = 0.9999f;

float Allowed(std::span<const float> block) {
  float peak = 0;
  for (const float sample : block) peak = std::max(peak, std::abs(sample));
  return peak > SoundLimiter::kCeiling ? SoundLimiter::kCeiling / peak : 1;
}

}  // namespace

void SoundLimiter::Process(std::span<float> samples) {
  constexpr size_t kSize = kBlock * kChannels;
  PARLEY_CHECK(samples.size() % kSize == 0);
  for (; !samples.empty(); samples = samples.subspan(kSize)) {
    const std::span<float> block = samples.first(kSize);
    const float ahead = samples.size() > kSize ? Allowed(samples.subspan(kSize, kSize)) : 1;
    const float recovered = gain_ + (1 - gain_) * kRelease;
    float next = std::min({recovered, Allowed(block), ahead});
    if (next > kTransparent) next = 1;
    if (gain_ != 1 || next != 1) {
      const float step = (next - gain_) / kBlock;
      for (size_t i = 0; i < kSize; ++i) {
        const size_t sample = i / kChannels + 1;
        const float gain = gain_ + step * static_cast<float>(sample);
        block[i] = std::clamp(block[i] * gain, -1.0f, 1.0f);
      }
    }
    gain_ = next;
  }
}

}  // namespace parley
