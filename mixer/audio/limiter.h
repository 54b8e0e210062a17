#pragma once

// Brings a wide sum back to 16 bits. What is not too loud passes unchanged, bit by bit; what is
// gets a gain that falls ahead of the peak (as far as the frame shows it) and recovers slowly, so
// that two people talking at once do not clip. No delay. Copying it copies its gain. One per
// stream, on the mixer's thread; nothing allocates.

#include <cstdint>
#include <span>

#include "mixer/audio/audio_format.h"

namespace parley {

class Limiter {
 public:
  // 1 dB below full scale, for what resampling adds to peaks.
  static constexpr int32_t kCeiling = 29204;

  // Both are one frame long. No output exceeds kCeiling but in the first 2.5 ms of a frame that
  // is suddenly louder than the one before, where it is clipped at full scale.
  void Process(std::span<const int32_t> in, std::span<int16_t> out);

  // 1 while nothing is limited.
  float gain() const { return gain_; }

 private:
  float gain_ = 1;
};

}  // namespace parley
