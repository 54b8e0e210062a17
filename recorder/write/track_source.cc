#include "recorder/write/track_source.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <array>
#include <utility>

namespace parley {
namespace {

constexpr std::array<std::pair<Codec, std::string_view>, 5> kCodecs = {{{Codec::kOpus, "opus"},
                                                                        {Codec::kVp8, "vp8"},
                                                                        {Codec::kVp9, "vp9"},
                                                                        {Codec::kH264, "h264"},
                                                                        {Codec::kAv1, "av1"}}};
constexpr std::array<std::string_view, 5> kKinds = {"camera", "screen", "microphone",
                                                    "screen_audio", "phone"};

std::string_view Text(const rapidjson::Value& object, const char* name) {
  const auto it = object.FindMember(name);
  if (it == object.MemberEnd() || !it->value.IsString()) return {};
  return {it->value.GetString(), it->value.GetStringLength()};
}

uint32_t Number(const rapidjson::Value& object, const char* name, uint32_t otherwise) {
  const auto it = object.FindMember(name);
  return it != object.MemberEnd() && it->value.IsUint() ? it->value.GetUint() : otherwise;
}

}  // namespace

std::optional<TrackSource> TrackSource::Parse(Ssrc ssrc, std::string_view json) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  if (document.HasParseError() || !document.IsObject()) return std::nullopt;
  const auto codec = std::ranges::find(kCodecs, Text(document, "codec"),
                                       &std::pair<Codec, std::string_view>::second);
  const std::string_view kind = Text(document, "kind");
  const std::string_view participant = Text(document, "participant");
  const SourceId id(Number(document, "source", 0));
  if (codec == kCodecs.end() || std::ranges::find(kKinds, kind) == kKinds.end() ||
      participant.empty() || id == SourceId()) {
    return std::nullopt;
  }
  TrackSource source;
  source.ssrc = ssrc;
  source.id = id;
  source.participant = participant;
  source.kind = kind;
  source.codec = codec->first;
  source.clock_rate = Number(document, "clock_rate", source.is_video() ? 90'000 : 48'000);
  source.channels = static_cast<uint8_t>(std::clamp(Number(document, "channels", 2), 1U, 2U));
  if (source.clock_rate < 8000 || source.clock_rate > 192'000) return std::nullopt;
  return source;
}

std::string_view CodecWord(Codec codec) {
  const auto known = std::ranges::find(kCodecs, codec, &std::pair<Codec, std::string_view>::first);
  return known == kCodecs.end() ? "" : known->second;
}

}  // namespace parley
