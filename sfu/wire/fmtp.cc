#include "sfu/wire/fmtp.h"

#include <charconv>

#include "sfu/wire/sdp_tokens.h"

namespace parley {
namespace {

bool IsOne(const Fmtp& fmtp, std::string_view name) { return fmtp.FindNumber(name) == 1; }

std::optional<uint8_t> SmallNumber(std::string_view parameters, std::string_view name,
                                   uint32_t max) {
  auto text = Fmtp(parameters).Find(name);
  if (!text) return 0;
  auto value = ParseDecimal<uint8_t>(*text);
  return value && *value <= max ? value : std::nullopt;
}

std::optional<uint8_t> PayloadTypeFrom(std::string_view text) {
  auto value = ParseDecimal<uint8_t>(text);
  return value && *value < 128 ? value : std::nullopt;
}

}  // namespace

std::optional<std::string_view> Fmtp::Find(std::string_view name) const {
  std::string_view rest = parameters_;
  while (!rest.empty()) {
    std::string_view value = CutUntil(rest, ';');
    std::string_view key = CutUntil(value, '=');
    if (EqualsIgnoreCase(TrimSpaces(key), name)) return TrimSpaces(value);
  }
  return std::nullopt;
}

std::optional<uint32_t> Fmtp::FindNumber(std::string_view name) const {
  auto text = Find(name);
  return text ? ParseDecimal<uint32_t>(*text) : std::nullopt;
}

std::optional<H264Fmtp> H264Fmtp::Parse(std::string_view parameters) {
  Fmtp fmtp(parameters);
  H264Fmtp h264;
  if (auto text = fmtp.Find("profile-level-id")) {
    auto [end, error] =
        std::from_chars(text->data(), text->data() + text->size(), h264.profile_level_id, 16);
    if (text->size() != 6 || error != std::errc() || end != text->data() + 6) return std::nullopt;
  }
  auto mode = SmallNumber(parameters, "packetization-mode", 2);
  if (!mode) return std::nullopt;
  h264.packetization_mode = *mode;
  h264.level_asymmetry_allowed = IsOne(fmtp, "level-asymmetry-allowed");
  return h264;
}

std::optional<H264Profile> H264ProfileOf(uint32_t profile_level_id) {
  const uint8_t idc = static_cast<uint8_t>(profile_level_id >> 16);
  const uint8_t iop = static_cast<uint8_t>(profile_level_id >> 8);
  // RFC 6184 table 5; constraint_set0 is iop's highest bit.
  const bool set0 = iop & 0x80;
  const bool set1 = iop & 0x40;
  const bool set4 = iop & 0x08;
  const bool set5 = iop & 0x04;
  switch (idc) {
    case 0x42:
      return set1 ? H264Profile::kConstrainedBaseline : H264Profile::kBaseline;
    case 0x4d:
      return set0 ? H264Profile::kConstrainedBaseline : H264Profile::kMain;
    case 0x58:
      if (!set0) return std::nullopt;  // Extended
      return set1 ? H264Profile::kConstrainedBaseline : H264Profile::kBaseline;
    case 0x64:
      return set4 && set5 ? H264Profile::kConstrainedHigh : H264Profile::kHigh;
    case 0xf4:
      return H264Profile::kPredictiveHigh444;
    default:
      return std::nullopt;
  }
}

std::optional<uint8_t> Vp9ProfileId(std::string_view parameters) {
  return SmallNumber(parameters, "profile-id", 3);
}

std::optional<uint8_t> Av1Profile(std::string_view parameters) {
  return SmallNumber(parameters, "profile", 2);
}

OpusFmtp OpusFmtp::Parse(std::string_view parameters) {
  Fmtp fmtp(parameters);
  OpusFmtp opus;
  opus.stereo = IsOne(fmtp, "stereo");
  opus.sprop_stereo = IsOne(fmtp, "sprop-stereo");
  opus.use_inband_fec = IsOne(fmtp, "useinbandfec");
  opus.use_dtx = IsOne(fmtp, "usedtx");
  opus.min_ptime = fmtp.FindNumber("minptime").value_or(opus.min_ptime);
  opus.max_playback_rate = fmtp.FindNumber("maxplaybackrate").value_or(opus.max_playback_rate);
  opus.max_average_bitrate = fmtp.FindNumber("maxaveragebitrate").value_or(0);
  return opus;
}

std::optional<uint8_t> RedBlockPayloadType(std::string_view parameters) {
  parameters = TrimSpaces(parameters);
  auto first = PayloadTypeFrom(CutUntil(parameters, '/'));
  while (!parameters.empty()) {
    if (PayloadTypeFrom(CutUntil(parameters, '/')) != first) return std::nullopt;
  }
  return first;
}

std::optional<uint8_t> RtxApt(std::string_view parameters) {
  auto apt = Fmtp(parameters).Find("apt");
  return apt ? PayloadTypeFrom(*apt) : std::nullopt;
}

}  // namespace parley
