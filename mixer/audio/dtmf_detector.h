#pragma once

// Keys in the sound itself (ITU-T Q.23, Q.24), for callers whose gateway sends no events: eight
// Goertzel filters over blocks of 12.75 ms. A key counts when two blocks in a row have it clean
// (one row and one column, not too unlike in level, with nearly all of the sound's energy in them)
// and comes again only after a pause; speech does not do that. One per leg, on the mixer's thread;
// nothing allocates.

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "mixer/audio/audio_format.h"

namespace parley {

class DtmfDetector {
 public:
  explicit DtmfDetector(SampleRate rate);

  // At most 20 ms; the key that was found to be pressed in it: 0-9, *, #, A-D.
  std::optional<char> HandleFrame(std::span<const int16_t> frame);

 private:
  struct Filter {
    float coefficient = 0;
    float s1 = 0;
    float s2 = 0;
    float TakePower();
  };

  void Feed(std::span<const int16_t> samples, bool silent);
  // The key that the block holds; nothing when it holds none.
  std::optional<char> JudgeBlock();
  std::optional<char> FollowBlock(std::optional<char> found);

  size_t block_;  // samples
  size_t filled_ = 0;
  float energy_ = 0;
  std::array<Filter, 8> filters_;  // rows, then columns
  std::optional<char> last_found_;
  std::optional<char> pressed_;
  int misses_ = 0;
};

}  // namespace parley
