#pragma once

// Whether a leg's frame is speech: its level against a noise floor that follows the quietest
// moments. Begins with the first loud frame, so that no onset is cut, and holds on over the pauses
// between words. One per leg, on the mixer's thread; nothing allocates.

#include <cstdint>
#include <span>

namespace parley {

struct VoiceActivityConfig {
  float quietest = -55;   // dBov; nothing below is speech
  float above_floor = 9;  // dB
  int hangover_frames = 20;
};

class VoiceActivity {
 public:
  explicit VoiceActivity(const VoiceActivityConfig& config = {}) : config_(config) {}

  // Whether the speaker holds the floor in this frame.
  bool HandleFrame(std::span<const int16_t> frame);
  // No frame came, or it does not count: whoever is muted does not speak.
  void HandleSilence();

  bool speaking() const { return hangover_ > 0; }
  // False in the pauses that the hangover bridges: what is measured then is no speech.
  bool loud() const { return loud_; }
  float level() const { return level_; }  // dBov of the last frame
  float floor() const { return floor_; }  // dBov of the background

 private:
  VoiceActivityConfig config_;
  float level_ = -127;
  float floor_ = -70;
  int hangover_ = 0;
  bool loud_ = false;
};

}  // namespace parley
