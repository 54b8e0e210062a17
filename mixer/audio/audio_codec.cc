#include "mixer/audio/audio_codec.h"

#include <algorithm>

#include "mixer/audio/concealment.h"
#include "mixer/audio/g711.h"
#include "mixer/audio/g722_codec.h"
#include "mixer/audio/opus_codec.h"
#include "sfu/base/check.h"

namespace parley {
namespace {

AudioCodec CodecOf(G711Law law) {
  return law == G711Law::kMu ? AudioCodec::kPcmu : AudioCodec::kPcma;
}

class G711AudioEncoder final : public AudioEncoder {
 public:
  explicit G711AudioEncoder(G711Law law) : law_(law) {}
  AudioCodec codec() const override { return CodecOf(law_); }
  SampleRate sample_rate() const override { return SampleRate::k8kHz; }
  std::span<const uint8_t> Encode(std::span<const int16_t> frame, std::span<uint8_t> out) override {
    PARLEY_CHECK(frame.size() == FrameSamples(sample_rate()));
    G711Encode(law_, frame, out.first(frame.size()));
    return out.first(frame.size());
  }
  void ContinueFrom(const AudioEncoder& other) override { PARLEY_CHECK(other.codec() == codec()); }

 private:
  G711Law law_;
};

class G722AudioEncoder final : public AudioEncoder {
 public:
  AudioCodec codec() const override { return AudioCodec::kG722; }
  SampleRate sample_rate() const override { return SampleRate::k16kHz; }
  std::span<const uint8_t> Encode(std::span<const int16_t> frame, std::span<uint8_t> out) override {
    PARLEY_CHECK(frame.size() == FrameSamples(sample_rate()));
    encoder_.Encode(frame, out.first(frame.size() / 2));
    return out.first(frame.size() / 2);
  }
  void ContinueFrom(const AudioEncoder& other) override {
    const auto* g722 = dynamic_cast<const G722AudioEncoder*>(&other);
    PARLEY_CHECK(g722);
    encoder_ = g722->encoder_;
  }

 private:
  G722Encoder encoder_;
};

// G.711 and G.722: every byte is so many samples, and loss is concealed by repetition.
template <AudioCodec kCodec, SampleRate kRate, size_t kSamplesPerByte, class Decoding>
class WaveformDecoder final : public AudioDecoder {
 public:
  explicit WaveformDecoder(Decoding decoding) : decoding_(decoding) {}
  AudioCodec codec() const override { return kCodec; }
  SampleRate sample_rate() const override { return kRate; }
  std::optional<size_t> SampleCount(std::span<const uint8_t> payload) const override {
    const size_t samples = payload.size() * kSamplesPerByte;
    if (samples < Hz(kRate) / 1000 || samples > 6 * FrameSamples(kRate)) return std::nullopt;
    return samples;
  }
  bool Decode(std::span<const uint8_t> payload, std::span<int16_t> out) override {
    decoding_(payload, out);
    concealment_.HandleSound(out);
    return true;
  }
  bool DecodeRedundancy(std::span<const uint8_t>, std::span<int16_t>) override { return false; }
  void Conceal(std::span<int16_t> out) override { concealment_.Conceal(out); }

 private:
  Decoding decoding_;
  Concealment concealment_{kRate};
};

template <AudioCodec kCodec, SampleRate kRate, size_t kSamplesPerByte, class Decoding>
std::unique_ptr<AudioDecoder> MakeWaveformDecoder(Decoding decoding) {
  return std::make_unique<WaveformDecoder<kCodec, kRate, kSamplesPerByte, Decoding>>(decoding);
}

}  // namespace

std::unique_ptr<AudioEncoder> MakeAudioEncoder(AudioCodec codec,
                                               const AudioEncoderSettings& settings) {
  switch (codec) {
    case AudioCodec::kPcmu:
      return std::make_unique<G711AudioEncoder>(G711Law::kMu);
    case AudioCodec::kPcma:
      return std::make_unique<G711AudioEncoder>(G711Law::kA);
    case AudioCodec::kG722:
      return std::make_unique<G722AudioEncoder>();
    case AudioCodec::kOpus:
      break;
  }
  return std::make_unique<OpusAudioEncoder>(settings);
}

std::unique_ptr<AudioDecoder> MakeAudioDecoder(AudioCodec codec, SampleRate opus_rate) {
  using Payload = std::span<const uint8_t>;
  using Sound = std::span<int16_t>;
  switch (codec) {
    case AudioCodec::kPcmu:
      return MakeWaveformDecoder<AudioCodec::kPcmu, SampleRate::k8kHz, 1>(
          [](Payload in, Sound out) { G711Decode(G711Law::kMu, in, out); });
    case AudioCodec::kPcma:
      return MakeWaveformDecoder<AudioCodec::kPcma, SampleRate::k8kHz, 1>(
          [](Payload in, Sound out) { G711Decode(G711Law::kA, in, out); });
    case AudioCodec::kG722:
      return MakeWaveformDecoder<AudioCodec::kG722, SampleRate::k16kHz, 2>(
          [decoder = G722Decoder()](Payload in, Sound out) mutable { decoder.Decode(in, out); });
    case AudioCodec::kOpus:
      break;
  }
  return std::make_unique<OpusAudioDecoder>(opus_rate);
}

}  // namespace parley
