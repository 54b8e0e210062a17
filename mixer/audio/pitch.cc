#include "mixer/audio/pitch.h"

#include <cmath>

#include "mixer/audio/vectorize.h"
#include "sfu/base/check.h"

namespace parley {
namespace {

struct Products {
  float cross = 0;
  float energy = 0;  // of the earlier sound
};

PARLEY_VECTORIZE Products Multiply(const int16_t* now, const int16_t* earlier, size_t size,
                                   size_t stride) {
  int64_t cross = 0, energy = 0;
  for (size_t i = 0; i < size; i += stride) {
    cross += now[i] * earlier[i];
    energy += earlier[i] * earlier[i];
  }
  return {static_cast<float>(cross), static_cast<float>(energy)};
}

}  // namespace

Pitch FindPitch(std::span<const int16_t> sound, SampleRate rate) {
  PARLEY_CHECK(sound.size() >= PitchWindow(rate));
  const size_t window = FrameSamples(rate);
  const int16_t* now = sound.data() + sound.size() - window;
  const float energy = Multiply(now, now, window, 1).energy;
  if (energy == 0) return {LongestPitch(rate), 1};

  // Coarse steps first, about 4 kHz; then every lag around the best.
  const size_t coarse = Hz(rate) / 4000;
  Pitch best{ShortestPitch(rate), -1};
  auto consider = [&](size_t lag, size_t stride) {
    const Products p = Multiply(now, now - lag, window, stride);
    const float own = stride == 1 ? energy : Multiply(now, now, window, stride).energy;
    const float norm = std::sqrt(own * p.energy);
    const float correlation = norm > 0 ? p.cross / norm : 0;
    if (correlation > best.correlation) best = {lag, correlation};
  };
  for (size_t lag = ShortestPitch(rate); lag <= LongestPitch(rate); lag += coarse) {
    consider(lag, coarse);
  }
  const size_t around = best.period;
  best.correlation = -1;
  for (size_t lag = around - coarse + 1; lag < around + coarse; ++lag) {
    if (lag >= ShortestPitch(rate) && lag <= LongestPitch(rate)) consider(lag, 1);
  }
  return best;
}

}  // namespace parley
