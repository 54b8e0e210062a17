#pragma once

// The one face of all codecs: frames of 20 ms in, payloads out, and back. A decoder also stands in
// for what is lost. Both belong to one leg or one room and live on the mixer's thread; the virtual
// calls are one per frame. Nothing allocates after construction.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "mixer/audio/audio_format.h"

namespace parley {

enum class AudioCodec : uint8_t { kPcmu, kPcma, kG722, kOpus };
inline constexpr size_t kAudioCodecs = 4;

// Large enough for a frame of any codec at any bit rate that we send.
inline constexpr size_t kMaxEncodedFrame = 640;

// Of the RTP timestamp. G.722's is 8000 although it samples at 16 kHz (RFC 3551 section 4.5.2).
constexpr uint32_t RtpClockRate(AudioCodec codec) {
  return codec == AudioCodec::kOpus ? 48000 : 8000;
}

class AudioEncoder {
 public:
  virtual ~AudioEncoder() = default;

  virtual AudioCodec codec() const = 0;
  virtual SampleRate sample_rate() const = 0;
  // `frame` is FrameSamples(sample_rate()) long, `out` at least kMaxEncodedFrame. The payload, a
  // part of `out`; empty when silence needs no packet (Opus DTX).
  virtual std::span<const uint8_t> Encode(std::span<const int16_t> frame,
                                          std::span<uint8_t> out) = 0;
  // Takes over the state of `other`, which has the same codec and settings, so that the peer who
  // decoded its payloads so far hears no seam when ours follow.
  virtual void ContinueFrom(const AudioEncoder& other) = 0;
};

class AudioDecoder {
 public:
  virtual ~AudioDecoder() = default;

  virtual AudioCodec codec() const = 0;
  virtual SampleRate sample_rate() const = 0;
  // How many samples the payload holds, 1..120 ms of them; nothing when it is none of this codec.
  virtual std::optional<size_t> SampleCount(std::span<const uint8_t> payload) const = 0;
  // Writes SampleCount(payload) samples. False when the payload is broken; then nothing is written.
  [[nodiscard]] virtual bool Decode(std::span<const uint8_t> payload, std::span<int16_t> out) = 0;
  // The sound just before `next`, from what `next` repeats of it (in-band FEC, RFC 6716 section
  // 2.1.7). False when there is none; then nothing is written and no state moves.
  [[nodiscard]] virtual bool DecodeRedundancy(std::span<const uint8_t> next,
                                              std::span<int16_t> out) = 0;
  // Stands in for sound that never came; at most one frame at a time.
  virtual void Conceal(std::span<int16_t> out) = 0;
};

struct AudioEncoderSettings {
  SampleRate opus_rate = SampleRate::k48kHz;  // of the samples; the other codecs have their own
  int opus_bitrate = 24000;                   // bit/s
  int opus_complexity = 5;                    // 0..10
  bool opus_dtx = false;
  int opus_expected_loss = 10;  // percent; above 0 the encoder adds in-band FEC
};

std::unique_ptr<AudioEncoder> MakeAudioEncoder(AudioCodec codec,
                                               const AudioEncoderSettings& settings = {});
std::unique_ptr<AudioDecoder> MakeAudioDecoder(AudioCodec codec,
                                               SampleRate opus_rate = SampleRate::k48kHz);

}  // namespace parley
