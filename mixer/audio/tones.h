#pragma once

// Tones of one or two frequencies in a cadence: what a caller hears while it rings or is refused,
// what a room hears when somebody comes or goes, and keys. One player per listener, on the mixer's
// thread; nothing allocates.

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "mixer/audio/audio_format.h"

namespace parley {

struct ToneSegment {
  float hz = 0;  // 0: pause
  float second_hz = 0;
  Duration length;
};

struct ToneCadence {
  std::array<ToneSegment, 4> segments{};  // up to the first without length
  bool repeats = false;
  float level = -20;  // dBov of each frequency
};

// Rings and busy as most of Europe has them (ITU-T E.180 supplement 2: 425 Hz).
ToneCadence RingTone();
ToneCadence BusyTone();
ToneCadence JoinTone();
ToneCadence LeaveTone();
ToneCadence AttentionTone();
// One key, 0-9, *, #, A-D (ITU-T Q.23); nothing for another character.
std::optional<ToneCadence> KeyTone(char key, Duration length = Duration::Millis(100));

class TonePlayer {
 public:
  TonePlayer(const ToneCadence& cadence, SampleRate rate) : cadence_(cadence), rate_(rate) {}

  // False when the tone is over; then `out` is silence.
  bool Play(std::span<int16_t> out);

 private:
  ToneCadence cadence_;
  SampleRate rate_;
  size_t segment_ = 0;
  size_t position_ = 0;  // samples into the segment
};

}  // namespace parley
