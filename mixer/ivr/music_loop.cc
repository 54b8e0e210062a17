#include "mixer/ivr/music_loop.h"

namespace parley {

std::span<const int16_t> MusicLoop::Next() {
  const std::span<const int16_t> music = prompts_.music();
  if (music.empty()) return {};
  for (int16_t& sample : frame_) {
    if (at_ >= music.size()) at_ = 0;
    sample = music[at_++];
  }
  return frame_;
}

}  // namespace parley
