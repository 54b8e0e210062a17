#include "mixer/audio/comfort_noise.h"

#include <algorithm>
#include <cmath>

#include "mixer/audio/sound_level.h"
#include "sfu/base/check.h"

namespace parley {

void ComfortNoise::SetLevel(uint8_t level) {
  PARLEY_CHECK(state_ != 0);
  level_ = std::min(level, kSilent);
  // The mean of two even distributions over -1..1 has a mean square of 1/6.
  amplitude_ =
      level_ == kSilent ? 0 : 32768 * std::sqrt(6.0f) * DbToFactor(-static_cast<float>(level_));
}

void ComfortNoise::Fill(std::span<int16_t> out) {
  if (amplitude_ == 0) {
    std::ranges::fill(out, int16_t{0});
    return;
  }
  for (int16_t& sample : out) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    const float noise = static_cast<float>(static_cast<int32_t>(state_)) / 2147483648.0f;
    // The mean with the sample before takes the hiss off.
    const float v = (noise + previous_) / 2 * amplitude_;
    previous_ = noise;
    sample = static_cast<int16_t>(std::lrint(std::clamp(v, -32768.0f, 32767.0f)));
  }
}

}  // namespace parley
