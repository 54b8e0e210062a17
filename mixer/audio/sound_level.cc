#include "mixer/audio/sound_level.h"

#include <algorithm>
#include <cmath>

#include "mixer/audio/vectorize.h"

namespace parley {
namespace {

// The square of -32768 twice does not fit 31 bits, so pairs are summed wider.
PARLEY_VECTORIZE int64_t Energy(const int16_t* samples, size_t n) {
  int64_t sum = 0;
  for (size_t i = 0; i < n; ++i) sum += samples[i] * samples[i];
  return sum;
}

}  // namespace

float LevelDbov(std::span<const int16_t> frame) {
  const int64_t energy = Energy(frame.data(), frame.size());
  if (energy == 0) return -127;
  const float mean_square = static_cast<float>(energy) / static_cast<float>(frame.size());
  return std::clamp(10 * std::log10(mean_square / (32768.0f * 32768.0f)), -127.0f, 0.0f);
}

uint8_t ToAudioLevel(float dbov) {
  return static_cast<uint8_t>(std::lround(std::clamp(-dbov, 0.0f, 127.0f)));
}

float DbToFactor(float db) { return std::pow(10.0f, db / 20); }

}  // namespace parley
