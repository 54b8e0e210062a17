#pragma once

// Automatic gain for phone legs: brings quiet callers up and loud ones down to one level, slowly,
// by what they say and not by what is heard between. A frame that the gain would push past full
// scale lowers it at once. Callers who are near the level already pass unchanged. One per leg, on
// the mixer's thread; nothing allocates.

#include <cstdint>
#include <span>

namespace parley {

struct AgcConfig {
  float target = -24;    // dBov of speech
  float tolerance = 3;   // dB around the target where nothing is done
  float most_gain = 15;  // dB
  float most_loss = 12;  // dB
  float rise = 0.08f;    // dB per frame: 4 dB a second
  float fall = 0.3f;     // dB per frame
};

class Agc {
 public:
  explicit Agc(const AgcConfig& config = {}) : config_(config) {}

  // `speech`: the frame was found to be speech, of `level` dBov; else only the gain is applied.
  void Process(std::span<int16_t> frame, bool speech, float level);

  float gain_db() const { return gain_; }

 private:
  AgcConfig config_;
  float speech_level_ = 0;  // dBov, smoothed; valid once frames_ > 0
  int frames_ = 0;          // of speech so far, up to what smoothing needs
  float gain_ = 0;          // dB wanted now
  float factor_ = 1;        // applied at the end of the last frame
};

}  // namespace parley
