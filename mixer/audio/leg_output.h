#pragma once

// What a leg hears: the payload that all silent listeners of its codec share, or one of its own
// while its own voice must be left out of the mix or something is said to it alone. The change
// either way is at a moment when the peer's decoder does not notice: into its own at once, with the
// shared encoder's state; back when both encoders have been given the same sound for long enough.
// One per leg, on the mixer's thread; nothing allocates after construction.

#include <span>

#include "mixer/audio/output_chain.h"

namespace parley {

class LegOutput {
 public:
  LegOutput(AudioCodec codec, SampleRate mix_rate, const AudioEncoderSettings& settings)
      : own_(codec, mix_rate, settings) {}

  AudioCodec codec() const { return own_.codec(); }
  bool shares() const { return shares_; }

  // Before the shared chain handles this tick's sum: whether the leg hears something of its own in
  // this tick. `shared` is null while nobody used that chain in the last tick.
  void Begin(bool hears_own, const OutputChain* shared);
  // While not shares(): the sum for this leg. `quiet`: nobody can be heard in it.
  void Process(std::span<const int32_t> sum, bool quiet);
  // Of Process; while shares() the shared chain's is the leg's.
  std::span<const uint8_t> own_payload() const { return own_.payload(); }
  const OutputChain& chain() const { return own_; }

 private:
  OutputChain own_;
  bool shares_ = false;
  bool hears_own_ = false;
  int same_sound_ = 0;  // ticks since the leg heard something of its own
  int quiet_ = 0;       // of these the last that were quiet
};

}  // namespace parley
