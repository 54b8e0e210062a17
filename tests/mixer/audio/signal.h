#pragma once

// Sound for tests, made and measured.

#include <cstdint>
#include <span>
#include <vector>

#include "mixer/audio/audio_format.h"

namespace parley::testing {

using Sound = std::vector<int16_t>;

Sound Sine(double hz, SampleRate rate, size_t samples, double amplitude = 8000, double phase = 0);
// Evenly distributed.
Sound Noise(uint64_t seed, size_t samples, int amplitude);
// Something like a voice: a pitch that wanders about 120 Hz with its harmonics, in syllables of
// 200 ms with pauses of 60 ms between them.
Sound Voice(uint64_t seed, SampleRate rate, size_t samples, double amplitude = 8000);

// Of the mean square, in dB relative to a square wave at full scale; -200 for digital silence.
double LevelDb(std::span<const int16_t> sound);
// Amplitude of a frequency in the sound.
double ToneAmplitude(std::span<const int16_t> sound, double hz, SampleRate rate);
// 10 log10 of the energy of `wanted` over that of its difference to `got`.
double SignalToNoiseDb(std::span<const int16_t> wanted, std::span<const int16_t> got);
// As above, at the delay of at most `most` samples that fits best.
double BestSignalToNoiseDb(std::span<const int16_t> wanted, std::span<const int16_t> got,
                           size_t most);
// The largest step from one sample to the next.
int LargestStep(std::span<const int16_t> sound);

}  // namespace parley::testing
