#include "mixer/sip/audio_formats.h"

#include <algorithm>
#include <array>
#include <string>

#include "sfu/wire/sdp_tokens.h"

namespace parley::sip {
namespace {

struct CodecName {
  AudioCodec codec;
  std::string_view name;
  uint32_t clock_rate;
  uint8_t channels;
  uint8_t payload_type;  // static, or ours
};
// RFC 3551 section 4.5.2: G.722's clock is 8000. RFC 7587 section 7: Opus always says 48000/2.
constexpr std::array<CodecName, 4> kCodecs = {{{AudioCodec::kPcmu, "PCMU", 8000, 1, 0},
                                               {AudioCodec::kPcma, "PCMA", 8000, 1, 8},
                                               {AudioCodec::kG722, "G722", 8000, 1, 9},
                                               {AudioCodec::kOpus, "opus", 48000, 2, 107}}};

const CodecName& NameOf(AudioCodec codec) { return kCodecs[static_cast<size_t>(codec)]; }

// Static payload types need no rtpmap (RFC 3551 section 6).
std::optional<AudioCodec> CodecOf(const SdpMedia& media, uint8_t payload_type) {
  const SdpRtpMap* map = media.FindRtpMap(payload_type);
  for (const CodecName& known : kCodecs) {
    const bool same = map ? EqualsIgnoreCase(map->encoding, known.name) &&
                                map->clock_rate == known.clock_rate &&
                                map->channels == known.channels
                          : payload_type < 96 && payload_type == known.payload_type;
    if (same) return known.codec;
  }
  return std::nullopt;
}

std::optional<int64_t> MillisOf(const SdpMedia& media, std::string_view name) {
  auto found = std::ranges::find(media.others, name, &SdpAttribute::name);
  if (found == media.others.end() || !found->value) return std::nullopt;
  const auto ms = ParseDecimal<uint16_t>(TrimSpaces(*found->value));
  return ms ? std::optional<int64_t>(*ms) : std::nullopt;
}

}  // namespace

std::vector<AudioFormat> SharedFormats(const SdpMedia& media, std::span<const AudioCodec> codecs) {
  std::vector<AudioFormat> formats;
  for (uint8_t payload_type : media.payload_types) {
    const auto codec = CodecOf(media, payload_type);
    if (codec && std::ranges::find(codecs, *codec) != codecs.end()) {
      formats.push_back({*codec, payload_type});
    }
  }
  return formats;
}

std::optional<uint8_t> FindTelephoneEvent(const SdpMedia& media, AudioCodec codec) {
  std::optional<uint8_t> any;
  for (const SdpRtpMap& map : media.rtpmaps) {
    const bool listed =
        std::ranges::find(media.payload_types, map.payload_type) != media.payload_types.end();
    if (!listed || !EqualsIgnoreCase(map.encoding, "telephone-event")) continue;
    if (map.clock_rate == RtpClockRate(codec)) return map.payload_type;
    if (!any) any = map.payload_type;
  }
  return any;
}

void AddFormat(SdpMedia& media, const AudioFormat& format) {
  const CodecName& name = NameOf(format.codec);
  media.payload_types.push_back(format.payload_type);
  media.rtpmaps.push_back(
      {format.payload_type, std::string(name.name), name.clock_rate, name.channels});
  // Telephones hear with one ear; loss is mended in band (RFC 7587 section 6.1).
  if (format.codec == AudioCodec::kOpus) {
    media.fmtps.push_back({format.payload_type, "useinbandfec=1;stereo=0;sprop-stereo=0"});
  }
}

void AddTelephoneEvent(SdpMedia& media, uint8_t payload_type, uint32_t clock_rate) {
  media.payload_types.push_back(payload_type);
  media.rtpmaps.push_back({payload_type, "telephone-event", clock_rate, 1});
  media.fmtps.push_back({payload_type, "0-15"});
}

uint8_t OwnPayloadType(AudioCodec codec) { return NameOf(codec).payload_type; }

uint32_t RtpClockRate(AudioCodec codec) { return NameOf(codec).clock_rate; }

Duration PtimeOf(const SdpMedia& media) {
  constexpr int64_t kDefault = 20;
  int64_t ms = MillisOf(media, "ptime").value_or(kDefault);
  ms = std::min(ms, MillisOf(media, "maxptime").value_or(ms));
  return Duration::Millis(ms >= 10 && ms <= 60 && ms % 10 == 0 ? ms : kDefault);
}

}  // namespace parley::sip
