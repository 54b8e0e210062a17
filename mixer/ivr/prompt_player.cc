#include "mixer/ivr/prompt_player.h"

#include <algorithm>

namespace parley {

void PromptPlayer::Add(std::span<const int16_t> sound) {
  if (sound.empty() || count_ == kMostWaiting) return;
  waiting_[(first_ + count_++) % kMostWaiting] = sound;
}

void PromptPlayer::Stop() { count_ = 0; }

std::span<const int16_t> PromptPlayer::Next() {
  if (count_ == 0) return {};
  std::span<int16_t> rest(frame_);
  while (!rest.empty() && count_ > 0) {
    std::span<const int16_t>& sound = waiting_[first_];
    const size_t n = std::min(rest.size(), sound.size());
    std::ranges::copy(sound.first(n), rest.begin());
    rest = rest.subspan(n);
    sound = sound.subspan(n);
    if (sound.empty()) {
      first_ = (first_ + 1) % kMostWaiting;
      --count_;
    }
  }
  std::ranges::fill(rest, int16_t{0});
  return frame_;
}

}  // namespace parley
