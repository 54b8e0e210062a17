#include "mixer/audio/opus_codec.h"

#include <opus/opus.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "sfu/base/check.h"

namespace parley {
namespace {

constexpr int kMono = 1;

void Check(int result) { PARLEY_CHECK(result == OPUS_OK); }

// Whether the packet's first frame repeats the one before it: one bit for each 20 ms of SILK says
// "voice", and the next one is it (RFC 6716 section 4.2.3). These bits are coded evenly, so they
// stand as they are at the front of the range coder's bytes.
bool HasRedundancy(std::span<const uint8_t> payload) {
  constexpr int kCeltOnly = 16;  // configurations from here on have no SILK (section 3.1)
  if (payload.empty() || payload[0] >> 3 >= kCeltOnly) return false;
  std::array<const unsigned char*, 48> frames;
  std::array<opus_int16, 48> sizes;
  unsigned char toc = 0;
  if (opus_packet_parse(payload.data(), static_cast<opus_int32>(payload.size()), &toc,
                        frames.data(), sizes.data(), nullptr) <= 0 ||
      sizes[0] == 0) {
    return false;
  }
  const int voice_bits =
      std::max(opus_packet_get_samples_per_frame(payload.data(), 48000) / 960, 1);
  const int first = *frames[0];
  const bool middle = (first >> (7 - voice_bits) & 1) != 0;
  if (opus_packet_get_nb_channels(payload.data()) == 1) return middle;
  return middle || (first >> (6 - 2 * voice_bits) & 1) != 0;
}

}  // namespace

OpusAudioEncoder::OpusAudioEncoder(const AudioEncoderSettings& settings)
    : rate_(settings.opus_rate),
      state_(std::make_unique<std::byte[]>(static_cast<size_t>(opus_encoder_get_size(kMono)))),
      encoder_(reinterpret_cast<OpusEncoder*>(state_.get())) {
  Check(opus_encoder_init(encoder_, static_cast<opus_int32>(Hz(rate_)), kMono,
                          OPUS_APPLICATION_VOIP));
  Check(opus_encoder_ctl(encoder_, OPUS_SET_BITRATE(settings.opus_bitrate)));
  Check(opus_encoder_ctl(encoder_, OPUS_SET_COMPLEXITY(settings.opus_complexity)));
  Check(opus_encoder_ctl(encoder_, OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE)));
  SetDtx(settings.opus_dtx);
  Check(opus_encoder_ctl(encoder_, OPUS_SET_INBAND_FEC(settings.opus_expected_loss > 0 ? 1 : 0)));
  Check(opus_encoder_ctl(encoder_, OPUS_SET_PACKET_LOSS_PERC(settings.opus_expected_loss)));
}

void OpusAudioEncoder::SetDtx(bool dtx) {
  Check(opus_encoder_ctl(encoder_, OPUS_SET_DTX(dtx ? 1 : 0)));
}

OpusAudioEncoder::~OpusAudioEncoder() = default;

std::span<const uint8_t> OpusAudioEncoder::Encode(std::span<const int16_t> frame,
                                                  std::span<uint8_t> out) {
  PARLEY_CHECK(frame.size() == FrameSamples(rate_) && out.size() >= kMaxEncodedFrame);
  const int size = opus_encode(encoder_, frame.data(), static_cast<int>(frame.size()), out.data(),
                               static_cast<opus_int32>(kMaxEncodedFrame));
  PARLEY_CHECK(size > 0);
  // libopus's sign for "need not be sent" (opus_encode's documentation).
  return size <= 2 ? std::span<const uint8_t>() : out.first(static_cast<size_t>(size));
}

void OpusAudioEncoder::ContinueFrom(const AudioEncoder& other) {
  const auto* opus = dynamic_cast<const OpusAudioEncoder*>(&other);
  PARLEY_CHECK(opus && opus->rate_ == rate_);
  std::memcpy(state_.get(), opus->state_.get(), static_cast<size_t>(opus_encoder_get_size(kMono)));
}

OpusAudioDecoder::OpusAudioDecoder(SampleRate rate)
    : rate_(rate),
      state_(std::make_unique<std::byte[]>(static_cast<size_t>(opus_decoder_get_size(kMono)))),
      decoder_(reinterpret_cast<OpusDecoder*>(state_.get())) {
  Check(opus_decoder_init(decoder_, static_cast<opus_int32>(Hz(rate_)), kMono));
}

OpusAudioDecoder::~OpusAudioDecoder() = default;

std::optional<size_t> OpusAudioDecoder::SampleCount(std::span<const uint8_t> payload) const {
  if (payload.empty()) return std::nullopt;
  const int samples = opus_packet_get_nb_samples(
      payload.data(), static_cast<opus_int32>(payload.size()), static_cast<opus_int32>(Hz(rate_)));
  if (samples <= 0) return std::nullopt;
  return static_cast<size_t>(samples);
}

bool OpusAudioDecoder::Decode(std::span<const uint8_t> payload, std::span<int16_t> out) {
  std::array<int16_t, kMaxPacketSamples> samples;
  const int decoded = opus_decode(decoder_, payload.data(), static_cast<opus_int32>(payload.size()),
                                  samples.data(), static_cast<int>(samples.size()), 0);
  if (decoded <= 0) return false;
  PARLEY_CHECK(static_cast<size_t>(decoded) == out.size());
  std::copy_n(samples.begin(), decoded, out.begin());
  return true;
}

bool OpusAudioDecoder::DecodeRedundancy(std::span<const uint8_t> next, std::span<int16_t> out) {
  // Without redundancy libopus would conceal, which is not to be counted as mended.
  if (!HasRedundancy(next)) return false;
  const int decoded = opus_decode(decoder_, next.data(), static_cast<opus_int32>(next.size()),
                                  out.data(), static_cast<int>(out.size()), 1);
  return decoded == static_cast<int>(out.size());
}

void OpusAudioDecoder::Conceal(std::span<int16_t> out) {
  // libopus wants a multiple of 2.5 ms.
  const size_t unit = Hz(rate_) / 400;
  const size_t rounded = (out.size() + unit - 1) / unit * unit;
  std::array<int16_t, kMaxFrameSamples> samples;
  const int decoded =
      opus_decode(decoder_, nullptr, 0, samples.data(), static_cast<int>(rounded), 0);
  PARLEY_CHECK(decoded == static_cast<int>(rounded));
  std::copy_n(samples.begin(), out.size(), out.begin());
}

}  // namespace parley
