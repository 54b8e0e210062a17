#pragma once

// Sound out of a WAV file, 16-bit PCM at any rate, mono or the mean of its channels, and into one.
// Pure functions, any thread; nowhere near a tick.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace parley {

struct WavSound {
  uint32_t rate = 0;  // Hz
  std::vector<int16_t> samples;
};

// Nothing when it is no WAV file or of another kind. A length that says more than there is, as
// streams carry, ends with the data.
std::optional<WavSound> ReadWav(std::span<const uint8_t> file);

// 16-bit PCM, mono.
std::vector<uint8_t> WriteWav(const WavSound& sound);

// At 8 kHz, as phones have it.
std::vector<int16_t> ToPhoneRate(const WavSound& sound);

}  // namespace parley
