#include "mixer/audio/voice_activity.h"

#include <algorithm>

#include "mixer/audio/sound_level.h"

namespace parley {
namespace {

// Per frame: steady noise is known for what it is after a few seconds, while the pauses in speech
// pull the floor down again at once.
constexpr float kFloorRise = 0.08f;  // dB
constexpr float kFloorFall = 0.5f;   // of the difference
constexpr float kLowestFloor = -80;
constexpr float kHighestFloor = -40;
constexpr float kDigitalSilence = -90;

}  // namespace

bool VoiceActivity::HandleFrame(std::span<const int16_t> frame) {
  level_ = LevelDbov(frame);
  loud_ = level_ > std::max(config_.quietest, floor_ + config_.above_floor);
  // Digital silence says nothing about the place where the phone stands.
  if (level_ > kDigitalSilence) {
    floor_ += level_ < floor_ ? (level_ - floor_) * kFloorFall : kFloorRise;
    floor_ = std::clamp(floor_, kLowestFloor, kHighestFloor);
  }
  hangover_ = loud_ ? config_.hangover_frames : std::max(hangover_ - 1, 0);
  return speaking();
}

void VoiceActivity::HandleSilence() {
  level_ = -127;
  loud_ = false;
  hangover_ = 0;
}

}  // namespace parley
