#pragma once

// Stands in for lost sound of codecs that cannot do it themselves (G.711, G.722), in the manner of
// ITU-T G.711 appendix I but without its delay: the last pitch period is repeated, later the last
// two and three so that it does not buzz, fading to silence within 60 ms; the first sound that
// arrives again is faded in over what would have been repeated. One per decoder; nothing allocates
// after construction.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mixer/audio/audio_format.h"

namespace parley {

class Concealment {
 public:
  explicit Concealment(SampleRate rate);

  // Decoded sound passes through here, and is changed in place where it follows concealed sound.
  void HandleSound(std::span<int16_t> sound);
  // At most a frame at a time.
  void Conceal(std::span<int16_t> out);

 private:
  void BeginLoss();
  void UsePeriods(size_t periods);
  void Repeat(std::span<int16_t> out);
  void Remember(std::span<const int16_t> sound);

  SampleRate rate_;
  std::vector<int16_t> history_;  // the last 48.75 ms, oldest first
  std::vector<int16_t> pattern_;  // what is repeated: whole periods from the end of history_
  size_t period_ = 0;
  size_t periods_ = 0;
  size_t position_ = 0;   // in pattern_
  size_t concealed_ = 0;  // samples since the last good one; 0: none
  float step_ = 0;        // from the last good sample to the pattern's start; decays
};

}  // namespace parley
