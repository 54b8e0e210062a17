#pragma once

// Keeps a sum of voices below full scale: the gain falls ahead of a peak, as far as the block shows
// it, and recovers slowly. What is not too loud passes unchanged. No delay. One thread.

#include <cstddef>
#include <span>

namespace parley {

class SoundLimiter {
 public:
  static constexpr float kCeiling = 0.89f;  // 1 dB below full scale

  // In place, interleaved stereo, a multiple of kBlock samples a channel; nothing exceeds 1.
  void Process(std::span<float> samples);
  static constexpr size_t kBlock = 240;  // 5 ms

  float gain() const { return gain_; }

 private:
  float gain_ = 1;
};

}  // namespace parley
