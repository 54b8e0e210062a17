#pragma once

// The exact sum of a room's sound in one tick, and for each who speaks the sum without them. 32
// bits hold 65,536 sources at full scale, so nothing is rounded or clipped before the limiter. One
// per room, on the mixer's thread; nothing allocates.

#include <array>
#include <cstdint>
#include <span>

#include "mixer/audio/audio_format.h"

namespace parley {

class MixBus {
 public:
  // Frames are `samples` long until the next Begin; at most kMaxFrameSamples.
  void Begin(size_t samples);
  void Add(std::span<const int16_t> frame);

  std::span<const int32_t> sum() const { return {sum_.data(), samples_}; }
  // What a source that was added hears: everybody else.
  void SumWithout(std::span<const int16_t> own, std::span<int32_t> out) const;

 private:
  size_t samples_ = 0;
  alignas(32) std::array<int32_t, kMaxFrameSamples> sum_{};
};

}  // namespace parley
