#pragma once

// The music of a PromptLibrary, over and over, in frames of 20 ms at 8 kHz. One for all callers who
// wait, on the mixer's thread; nothing allocates.

#include <array>
#include <cstdint>
#include <span>

#include "mixer/audio/audio_format.h"
#include "mixer/ivr/prompt_library.h"

namespace parley {

class MusicLoop {
 public:
  static constexpr size_t kFrame = FrameSamples(SampleRate::k8kHz);

  // It outlives this, and may be loaded later.
  explicit MusicLoop(const PromptLibrary& prompts) : prompts_(prompts) {}

  // Kept until the next call; empty while there is no music.
  std::span<const int16_t> Next();

 private:
  const PromptLibrary& prompts_;
  size_t at_ = 0;
  std::array<int16_t, kFrame> frame_{};
};

}  // namespace parley
