#pragma once

// Opus (RFC 6716, RFC 7587) on libopus: mono, tuned for voice. Loss is mended by in-band FEC where
// the next packet is there already and by libopus's own concealment where it is not. One per leg,
// room or published track, on the mixer's thread. The state lies in one piece of memory, which
// libopus allows to be copied.

#include <memory>

#include "mixer/audio/audio_codec.h"

struct OpusEncoder;
struct OpusDecoder;

namespace parley {

class OpusAudioEncoder final : public AudioEncoder {
 public:
  explicit OpusAudioEncoder(const AudioEncoderSettings& settings);
  ~OpusAudioEncoder() override;

  AudioCodec codec() const override { return AudioCodec::kOpus; }
  SampleRate sample_rate() const override { return rate_; }
  std::span<const uint8_t> Encode(std::span<const int16_t> frame, std::span<uint8_t> out) override;
  void ContinueFrom(const AudioEncoder& other) override;
  // Whether silence needs no packets. libopus takes a steady tone for silence too.
  void SetDtx(bool dtx);

 private:
  SampleRate rate_;
  std::unique_ptr<std::byte[]> state_;
  OpusEncoder* encoder_;  // lies in state_
};

class OpusAudioDecoder final : public AudioDecoder {
 public:
  explicit OpusAudioDecoder(SampleRate rate);
  ~OpusAudioDecoder() override;

  AudioCodec codec() const override { return AudioCodec::kOpus; }
  SampleRate sample_rate() const override { return rate_; }
  std::optional<size_t> SampleCount(std::span<const uint8_t> payload) const override;
  bool Decode(std::span<const uint8_t> payload, std::span<int16_t> out) override;
  bool DecodeRedundancy(std::span<const uint8_t> next, std::span<int16_t> out) override;
  void Conceal(std::span<int16_t> out) override;

 private:
  SampleRate rate_;
  std::unique_ptr<std::byte[]> state_;
  OpusDecoder* decoder_;  // lies in state_
};

}  // namespace parley
