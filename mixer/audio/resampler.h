#pragma once

// From one rate to another, frame by frame: a polyphase filter with a linear phase. A frame in is a
// frame out, so nothing piles up; sound comes out DelaySamples later. Copying it copies what it
// remembers. One per stream, on the mixer's thread; nothing allocates after construction.

#include <cstdint>
#include <span>
#include <vector>

#include "mixer/audio/audio_format.h"

namespace parley {

class Resampler {
 public:
  // One output sample: a product of inputs from `first` on with the filter's coefficients from
  // `phase` on.
  struct Step {
    uint32_t first = 0;
    uint32_t phase = 0;
  };

  Resampler(SampleRate from, SampleRate to);

  SampleRate from() const { return from_; }
  SampleRate to() const { return to_; }
  // Of the output's samples; 0 between equal rates, where every sample passes as it is.
  double DelaySamples() const;

  // `in` is a frame at from(), `out` a frame at to().
  void Process(std::span<const int16_t> in, std::span<int16_t> out);

 private:
  SampleRate from_;
  SampleRate to_;
  size_t taps_ = 0;
  const float* coefficients_ = nullptr;  // by phase, each in the order of the input
  std::vector<Step> steps_;              // for each sample of an output frame
  std::vector<float> window_;            // the last taps_ - 1 inputs, then this frame's
};

}  // namespace parley
