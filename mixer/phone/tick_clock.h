#pragma once

// When the mixer's next tick is due: every 20 ms of the steady clock. A thread that was held up
// runs what it missed at twice the pace, never at once; what lies further back than kMostBehind is
// given up and counted. Value; the mixer's thread.

#include <cstdint>

#include "mixer/audio/audio_format.h"
#include "sfu/base/units.h"

namespace parley {

class TickClock {
 public:
  static constexpr Duration kMostBehind = Duration::Millis(200);

  explicit TickClock(Timestamp now) : due_(now + kAudioFrame), at_(due_) {}

  Timestamp next() const { return at_; }
  // A tick has begun.
  void HandleTick(Timestamp now);

  uint64_t late() const { return late_; }  // ticks that began a frame or more after their time
  uint64_t skipped() const { return skipped_; }  // ticks that never were

 private:
  Timestamp due_;
  Timestamp at_;
  uint64_t late_ = 0;
  uint64_t skipped_ = 0;
};

}  // namespace parley
