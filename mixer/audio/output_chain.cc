#include "mixer/audio/output_chain.h"

#include "sfu/base/check.h"

namespace parley {
namespace {

std::unique_ptr<AudioEncoder> MakeEncoder(AudioCodec codec, SampleRate mix_rate,
                                          AudioEncoderSettings settings) {
  settings.opus_rate = mix_rate;
  return MakeAudioEncoder(codec, settings);
}

}  // namespace

OutputChain::OutputChain(AudioCodec codec, SampleRate mix_rate, AudioEncoderSettings settings)
    : encoder_(MakeEncoder(codec, mix_rate, settings)),
      resampler_(mix_rate, encoder_->sample_rate()) {}

std::span<const uint8_t> OutputChain::Process(std::span<const int32_t> sum) {
  std::array<int16_t, kMaxFrameSamples> limited;
  const std::span<int16_t> mixed = std::span(limited).first(sum.size());
  limiter_.Process(sum, mixed);
  if (resampler_.from() == resampler_.to()) {
    payload_ = encoder_->Encode(mixed, buffer_);
    return payload_;
  }
  std::array<int16_t, kMaxFrameSamples> resampled;
  const std::span<int16_t> frame = std::span(resampled).first(FrameSamples(resampler_.to()));
  resampler_.Process(mixed, frame);
  payload_ = encoder_->Encode(frame, buffer_);
  return payload_;
}

void OutputChain::ContinueFrom(const OutputChain& other) {
  PARLEY_CHECK(resampler_.from() == other.resampler_.from());
  limiter_ = other.limiter_;
  resampler_ = other.resampler_;
  encoder_->ContinueFrom(*other.encoder_);
}

}  // namespace parley
