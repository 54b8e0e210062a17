#include "signaling/session/codec_negotiation.h"

#include <algorithm>
#include <array>
#include <optional>

#include "sfu/wire/fmtp.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley {
namespace {

constexpr uint32_t kVideoClockRate = 90000;
constexpr uint32_t kOpusClockRate = 48000;

struct Feedback {
  std::string_view type;
  std::string_view parameter;
  bool CodecParams::* flag;
};

// The one place that says which feedback (RFC 4585) is agreed, where the peer offers it. REMB
// stands beside transport-cc: slots take it from peers without the second, producers are told by it
// what they may send.
constexpr std::array<Feedback, 5> kFeedback = {{
    {"transport-cc", "", &CodecParams::transport_cc},
    {"goog-remb", "", &CodecParams::remb},
    {"nack", "", &CodecParams::nack},
    {"nack", "pli", &CodecParams::pli},
    {"ccm", "fir", &CodecParams::fir},
}};

void AgreeFeedback(const SdpMedia& offer, CodecParams& params) {
  for (const Feedback& feedback : kFeedback) {
    params.*feedback.flag =
        offer.HasFeedback(params.payload_type.value(), feedback.type, feedback.parameter);
  }
}

// Our own side of a=fmtp: FEC always, stereo and silence suppression as the peer has them.
std::string OpusAnswer(std::string_view offered) {
  const OpusFmtp opus = OpusFmtp::Parse(offered);
  std::string fmtp = "minptime=10;useinbandfec=1";
  if (opus.stereo || opus.sprop_stereo) fmtp += ";stereo=1";
  if (opus.sprop_stereo) fmtp += ";sprop-stereo=1";
  if (opus.use_dtx) fmtp += ";usedtx=1";
  return fmtp;
}

// A producer may send any level that it likes, as we decode nothing: level 5.2, where the offer
// allows the levels to differ (RFC 6184 section 8.2.2).
std::string H264Answer(std::string_view offered, const H264Fmtp& h264, StreamRole role) {
  if (role == StreamRole::kSlot || !h264.level_asymmetry_allowed) return std::string(offered);
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr uint32_t kLevel52 = 0x34;
  const uint32_t profile_level_id = (h264.profile_level_id & 0xffff00) | kLevel52;
  std::string fmtp =
      "level-asymmetry-allowed=1;packetization-mode=" + std::to_string(h264.packetization_mode) +
      ";profile-level-id=";
  for (int shift = 20; shift >= 0; shift -= 4) fmtp += kHex[profile_level_id >> shift & 0xf];
  return fmtp;
}

std::optional<AgreedCodec> AudioCodec(const SdpMedia& offer, const SdpRtpMap& map) {
  // RFC 7587 wants "/2" always. GStreamer's users leave it out; the packets are the same.
  if (map.clock_rate != kOpusClockRate || map.channels > 2) return std::nullopt;
  AgreedCodec agreed;
  agreed.map = map;
  agreed.map.channels = 2;
  std::string_view fmtp = offer.FindFmtp(map.payload_type);
  if (EqualsIgnoreCase(map.encoding, "opus")) {
    agreed.params.codec = Codec::kOpus;
    agreed.fmtp = OpusAnswer(fmtp);
  } else if (EqualsIgnoreCase(map.encoding, "red")) {
    auto block = RedBlockPayloadType(fmtp);
    const SdpRtpMap* inner = block ? offer.FindRtpMap(*block) : nullptr;
    if (!inner || !EqualsIgnoreCase(inner->encoding, "opus")) return std::nullopt;
    agreed.params.codec = Codec::kRed;
    agreed.fmtp = fmtp;
  } else {
    return std::nullopt;
  }
  return agreed;
}

// Packetization mode 2 interleaves NAL units, which no browser does.
bool IsForwarded(const H264Fmtp& h264) {
  auto profile = H264ProfileOf(h264.profile_level_id);
  return h264.packetization_mode <= 1 && profile && *profile != H264Profile::kPredictiveHigh444;
}

// 4:2:0 only, of every codec: a receiver that cannot do more would see nothing.
std::optional<AgreedCodec> VideoCodec(const SdpMedia& offer, const SdpRtpMap& map,
                                      StreamRole role) {
  if (map.clock_rate != kVideoClockRate) return std::nullopt;
  AgreedCodec agreed;
  agreed.map = map;
  CodecParams& params = agreed.params;
  std::string_view fmtp = offer.FindFmtp(map.payload_type);
  agreed.fmtp = fmtp;
  if (EqualsIgnoreCase(map.encoding, "VP8")) {
    params.codec = Codec::kVp8;
  } else if (EqualsIgnoreCase(map.encoding, "VP9")) {
    auto profile = Vp9ProfileId(fmtp);
    if (!profile || *profile % 2 != 0) return std::nullopt;
    params.codec = Codec::kVp9;
    params.profile = *profile;
  } else if (EqualsIgnoreCase(map.encoding, "H264")) {
    auto h264 = H264Fmtp::Parse(fmtp);
    if (!h264 || !IsForwarded(*h264)) return std::nullopt;
    params.codec = Codec::kH264;
    params.profile = h264->profile_level_id;
    params.packetization_mode = h264->packetization_mode;
    agreed.fmtp = H264Answer(fmtp, *h264, role);
  } else if (EqualsIgnoreCase(map.encoding, "AV1")) {
    auto profile = Av1Profile(fmtp);
    if (profile != 0) return std::nullopt;
    params.codec = Codec::kAv1;
    params.profile = *profile;
  } else {
    return std::nullopt;
  }
  return agreed;
}

// Of the m-line's RTX payload types, the first that repairs this one.
std::optional<PayloadType> RtxFor(const SdpMedia& offer, uint8_t payload_type) {
  for (uint8_t candidate : offer.payload_types) {
    const SdpRtpMap* map = offer.FindRtpMap(candidate);
    if (map && EqualsIgnoreCase(map->encoding, "rtx") &&
        RtxApt(offer.FindFmtp(candidate)) == payload_type) {
      return PayloadType(candidate);
    }
  }
  return std::nullopt;
}

// Smaller is better. Within a codec: what the most decoders can.
int Rank(const AgreedCodec& codec, std::span<const Codec> preference) {
  const CodecParams& params = codec.params;
  auto place = std::ranges::find(preference, params.codec) - preference.begin();
  int rank = static_cast<int>(place) * 16;
  if (params.codec == Codec::kH264) {
    if (params.packetization_mode == 0) rank += 8;
    return rank + static_cast<int>(*H264ProfileOf(params.profile));
  }
  return rank + static_cast<int>(params.profile);
}

}  // namespace

std::vector<AgreedCodec> CommonCodecs(const SdpMedia& offer, MediaKind kind, StreamRole role,
                                      std::span<const Codec> video_preference) {
  std::vector<AgreedCodec> common;
  for (uint8_t payload_type : offer.payload_types) {
    const SdpRtpMap* map = offer.FindRtpMap(payload_type);
    if (!map) continue;
    auto agreed =
        kind == MediaKind::kAudio ? AudioCodec(offer, *map) : VideoCodec(offer, *map, role);
    if (!agreed) continue;
    CodecParams& params = agreed->params;
    if (kind == MediaKind::kVideo &&
        std::ranges::find(video_preference, params.codec) == video_preference.end()) {
      continue;
    }
    params.payload_type = PayloadType(payload_type);
    params.clock_rate = map->clock_rate;
    params.rtx_payload_type = RtxFor(offer, payload_type);
    AgreeFeedback(offer, params);
    // Equals stay in the offerer's order; all of audio is equal.
    auto rank = [&](const AgreedCodec& codec) {
      return kind == MediaKind::kVideo ? Rank(codec, video_preference) : 0;
    };
    auto place = std::ranges::upper_bound(common, rank(*agreed), {}, rank);
    common.insert(place, std::move(*agreed));
  }
  const bool has_opus = std::ranges::any_of(
      common, [](const AgreedCodec& codec) { return codec.params.codec == Codec::kOpus; });
  // RED needs the Opus that it carries.
  if (kind == MediaKind::kAudio && !has_opus) common.clear();
  return common;
}

std::vector<AgreedCodec> ProducerCodecs(std::vector<AgreedCodec> common) {
  const size_t kept = !common.empty() && common[0].params.codec == Codec::kRed ? 2 : 1;
  if (common.size() > kept) common.erase(common.begin() + static_cast<long>(kept), common.end());
  return common;
}

void WriteCodecs(std::span<const AgreedCodec> codecs, SdpMedia& answer) {
  for (const AgreedCodec& codec : codecs) {
    const uint8_t payload_type = codec.map.payload_type;
    answer.payload_types.push_back(payload_type);
    answer.rtpmaps.push_back(codec.map);
    if (!codec.fmtp.empty()) answer.fmtps.push_back({payload_type, codec.fmtp});
    for (const Feedback& feedback : kFeedback) {
      if (codec.params.*feedback.flag) {
        answer.rtcp_feedback.push_back(
            {payload_type, std::string(feedback.type), std::string(feedback.parameter)});
      }
    }
    if (codec.params.rtx_payload_type) {
      const uint8_t rtx = codec.params.rtx_payload_type->value();
      answer.payload_types.push_back(rtx);
      answer.rtpmaps.push_back({rtx, "rtx", codec.map.clock_rate, 1});
      answer.fmtps.push_back({rtx, "apt=" + std::to_string(payload_type)});
    }
  }
}

std::vector<CodecParams> ParamsOf(std::span<const AgreedCodec> codecs) {
  std::vector<CodecParams> params;
  for (const AgreedCodec& codec : codecs) params.push_back(codec.params);
  return params;
}

}  // namespace parley
