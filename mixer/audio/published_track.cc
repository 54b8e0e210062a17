#include "mixer/audio/published_track.h"

#include "mixer/audio/sound_level.h"
#include "sfu/base/check.h"
#include "sfu/wire/rtp_builder.h"
#include "sfu/wire/rtp_extensions.h"

namespace parley {
namespace {

// While there is a voice, be it a steady tone, every frame is sent. Silence is encoded for this
// long after it, so that the encoder itself ends it; then not at all, which costs nothing.
constexpr int kTicksToStop = 50;

AudioEncoderSettings Settings(const PublishedTrackConfig& config, SampleRate rate) {
  return {.opus_rate = rate,
          .opus_bitrate = config.bitrate,
          .opus_complexity = config.complexity,
          .opus_dtx = true,
          .opus_expected_loss = config.expected_loss};
}

}  // namespace

PublishedTrack::PublishedTrack(const PublishedTrackConfig& config, SampleRate rate,
                               RandomSource& random)
    : config_(config),
      encoder_(Settings(config, rate)),
      seq_(static_cast<uint16_t>(random.U32())),
      timestamp_(random.U32()),
      silent_ticks_(kTicksToStop) {}

std::span<const uint8_t> PublishedTrack::Tick(std::optional<std::span<const int16_t>> voice) {
  const RtpTimestamp timestamp = timestamp_;
  timestamp_ = timestamp_ + RtpClockRate(AudioCodec::kOpus) / 50;
  silent_ticks_ = voice ? 0 : silent_ticks_ + 1;
  std::span<const uint8_t> payload;
  std::array<uint8_t, kMaxEncodedFrame> buffer;
  if (silent_ticks_ < kTicksToStop) {
    static constexpr std::array<int16_t, kMaxFrameSamples> kSilence{};
    const size_t samples = FrameSamples(encoder_.sample_rate());
    encoder_.SetDtx(!voice);
    payload = encoder_.Encode(voice ? *voice : std::span(kSilence).first(samples), buffer);
  }
  if (payload.empty()) {
    sent_last_ = false;
    return {};
  }
  RtpHeader header;
  header.payload_type = config_.payload_type;
  header.marker = !sent_last_;
  header.seq = seq_;
  header.timestamp = timestamp;
  header.ssrc = config_.ssrc;
  RtpBuilder builder(packet_, header);
  std::array<uint8_t, kAudioLevelSize> level;
  WriteAudioLevel(
      {.level = voice ? ToAudioLevel(LevelDbov(*voice)) : uint8_t{127}, .voice = voice.has_value()},
      level);
  builder.AddExtension(config_.audio_level_id, level);
  builder.SetPayload(payload);
  const std::span<const uint8_t> packet = builder.Finish();
  PARLEY_CHECK(!packet.empty());
  seq_ = seq_ + 1;
  sent_last_ = true;
  return packet;
}

}  // namespace parley
