#pragma once

// What one caller is told, one prompt after the other, in frames of 20 ms at 8 kHz. Sounds are
// borrowed from the PromptLibrary. One per call, on the mixer's thread; nothing allocates.

#include <array>
#include <cstdint>
#include <span>

#include "mixer/audio/audio_format.h"

namespace parley {

class PromptPlayer {
 public:
  static constexpr size_t kMostWaiting = 64;
  static constexpr size_t kFrame = FrameSamples(SampleRate::k8kHz);

  // Behind what waits already; empty sounds are skipped, those beyond kMostWaiting are not said.
  void Add(std::span<const int16_t> sound);
  // Barge-in: the caller pressed a key.
  void Stop();

  bool playing() const { return count_ > 0; }
  // The next frame; empty when there is nothing to say.
  std::span<const int16_t> Next();

 private:
  size_t count_ = 0;
  size_t first_ = 0;
  std::array<std::span<const int16_t>, kMostWaiting> waiting_;
  std::array<int16_t, kFrame> frame_{};
};

}  // namespace parley
