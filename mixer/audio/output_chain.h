#pragma once

// The way from a wide sum to a payload: limiter, resampler, encoder. A room has one per codec that
// all silent listeners share, and each leg one of its own for when it talks. ContinueFrom makes the
// change between them inaudible: the peer's decoder goes on from the state that it is in. On the
// mixer's thread; nothing allocates after construction.

#include <array>
#include <memory>
#include <span>

#include "mixer/audio/audio_codec.h"
#include "mixer/audio/limiter.h"
#include "mixer/audio/resampler.h"

namespace parley {

class OutputChain {
 public:
  // Sums are at `mix_rate`, which Opus is encoded at, too.
  OutputChain(AudioCodec codec, SampleRate mix_rate, AudioEncoderSettings settings = {});

  AudioCodec codec() const { return encoder_->codec(); }

  // The payload, which is kept until the next call; empty when none need be sent.
  std::span<const uint8_t> Process(std::span<const int32_t> sum);
  std::span<const uint8_t> payload() const { return payload_; }

  void ContinueFrom(const OutputChain& other);

 private:
  Limiter limiter_;
  std::unique_ptr<AudioEncoder> encoder_;
  Resampler resampler_;
  std::array<uint8_t, kMaxEncodedFrame> buffer_;
  std::span<const uint8_t> payload_;
};

}  // namespace parley
