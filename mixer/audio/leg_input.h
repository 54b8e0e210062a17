#pragma once

// What a leg adds to the room: its decoded frame while the caller speaks, brought to an even level
// and to the rate of the mix; nothing while the caller is silent or muted. Opens and closes with a
// ramp. One per leg, on the mixer's thread; nothing allocates after construction.

#include <span>
#include <vector>

#include "mixer/audio/agc.h"
#include "mixer/audio/resampler.h"
#include "mixer/audio/voice_activity.h"

namespace parley {

class LegInput {
 public:
  LegInput(SampleRate leg_rate, SampleRate mix_rate);

  // A frame at the leg's rate; an empty one stands for silence. Whether the leg is heard in it.
  bool HandleFrame(std::span<const int16_t> frame, bool muted);

  bool heard() const { return heard_; }
  // While heard(): the frame at the leg's rate and at the mix's.
  std::span<const int16_t> voice() const { return voice_; }
  std::span<const int16_t> mixed() const { return mixed_; }

  const VoiceActivity& activity() const { return activity_; }
  void SetAgc(bool on) { agc_on_ = on; }
  // The mix goes on at another rate.
  void SetMixRate(SampleRate mix_rate);

 private:
  VoiceActivity activity_;
  Agc agc_;
  Resampler resampler_;
  bool agc_on_ = true;
  bool open_ = false;
  bool heard_ = false;
  std::vector<int16_t> voice_;
  std::vector<int16_t> mixed_;
};

}  // namespace parley
