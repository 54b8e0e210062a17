#pragma once

// The period of voiced speech, by normalised correlation: what concealment repeats and time
// stretching adds or takes away. Pure functions, any thread; nothing allocates.

#include <cstddef>
#include <cstdint>
#include <span>

#include "mixer/audio/audio_format.h"

namespace parley {

// 66 to 200 Hz, where voices are (ITU-T G.711 appendix I uses the same bounds).
constexpr size_t ShortestPitch(SampleRate rate) { return Hz(rate) / 200; }
constexpr size_t LongestPitch(SampleRate rate) { return Hz(rate) * 3 / 200; }
// How much sound FindPitch looks at: the last 20 ms against what lies up to a period before.
constexpr size_t PitchWindow(SampleRate rate) { return FrameSamples(rate) + LongestPitch(rate); }

struct Pitch {
  size_t period = 0;      // samples, ShortestPitch..LongestPitch
  float correlation = 0;  // -1..1: how alike one period is to the one before; 1 in digital silence
};

// Of the end of `sound`, which is at least PitchWindow long. Octave errors are harmless to its
// users.
Pitch FindPitch(std::span<const int16_t> sound, SampleRate rate);

}  // namespace parley
