#include "sfu/wire/sdp_attributes.h"

#include <algorithm>
#include <array>

#include "sfu/wire/sdp_tokens.h"

namespace parley {
namespace {

constexpr std::array<std::string_view, 4> kDirections = {"sendrecv", "sendonly", "recvonly",
                                                         "inactive"};
constexpr std::array<std::string_view, 4> kSetups = {"active", "passive", "actpass", "holdconn"};

constexpr size_t kMaxDigestBytes = 64;
constexpr size_t kMaxIceChars = 256;

std::unexpected<std::string_view> Needs(std::string_view what) { return std::unexpected(what); }

std::optional<uint8_t> ParsePayloadType(std::string_view text) {
  auto value = ParseDecimal<uint8_t>(text);
  return value && *value < 128 ? value : std::nullopt;
}

bool IsVisible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

// RFC 8851 section 10: letters, digits, '-' and '_'.
bool IsRid(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
}

std::optional<uint8_t> HexDigit(char c) {
  if (c >= '0' && c <= '9') return static_cast<uint8_t>(c - '0');
  c = AsciiLower(c);
  if (c >= 'a' && c <= 'f') return static_cast<uint8_t>(c - 'a' + 10);
  return std::nullopt;
}

SdpParsed<std::string> ParseIceChars(std::string_view value, size_t min, std::string_view wrong) {
  value = TrimSpaces(value);
  if (value.size() < min || value.size() > kMaxIceChars || !IsVisible(value)) return Needs(wrong);
  return std::string(value);
}

// The streams of one direction: "1,~4;2;3".
SdpParsed<std::vector<SdpSimulcastStream>> ParseSimulcastStreams(std::string_view list) {
  std::vector<SdpSimulcastStream> streams;
  while (!list.empty()) {
    std::string_view alternatives = CutUntil(list, ';');
    SdpSimulcastStream& stream = streams.emplace_back();
    do {
      std::string_view rid = CutUntil(alternatives, ',');
      bool paused = rid.starts_with('~');
      if (paused) rid.remove_prefix(1);
      if (!IsRid(rid))
        return Needs(
            "names a RID that is empty or has other than letters, digits, "
            "- and _");
      stream.push_back({std::string(rid), paused});
    } while (!alternatives.empty());
  }
  return streams;
}

}  // namespace

SdpParsed<SdpGroup> ParseSdpGroup(std::string_view value) {
  SdpGroup group{std::string(NextWord(value)), {}};
  if (group.semantics.empty()) return Needs("needs a name such as BUNDLE");
  for (auto mid = NextWord(value); !mid.empty(); mid = NextWord(value)) {
    group.mids.emplace_back(mid);
  }
  return group;
}

SdpParsed<SdpFingerprint> ParseSdpFingerprint(std::string_view value) {
  constexpr std::string_view kWrong = "needs a hash name and hex bytes, as in \"sha-256 4A:AD:…\"";
  SdpFingerprint fingerprint{AsciiLower(NextWord(value)), {}};
  std::string_view hex = NextWord(value);
  if (fingerprint.algorithm.empty() || hex.empty() || hex.size() % 3 != 2 ||
      hex.size() > 3 * kMaxDigestBytes) {
    return Needs(kWrong);
  }
  for (size_t i = 0; i < hex.size(); i += 3) {
    auto high = HexDigit(hex[i]);
    auto low = HexDigit(hex[i + 1]);
    if (!high || !low || (i + 2 < hex.size() && hex[i + 2] != ':')) return Needs(kWrong);
    fingerprint.digest.push_back(static_cast<uint8_t>(*high << 4 | *low));
  }
  return fingerprint;
}

SdpParsed<SdpSetup> ParseSdpSetup(std::string_view value) {
  auto found = std::ranges::find(kSetups, AsciiLower(TrimSpaces(value)));
  if (found == kSetups.end()) return Needs("needs active, passive, actpass or holdconn");
  return static_cast<SdpSetup>(found - kSetups.begin());
}

SdpParsed<SdpRtpMap> ParseSdpRtpMap(std::string_view value) {
  constexpr std::string_view kWrong =
      "needs a payload type, a name and a clock rate, as in \"96 VP8/90000\"";
  auto payload_type = ParsePayloadType(NextWord(value));
  std::string_view encoding = NextWord(value);
  std::string_view name = CutUntil(encoding, '/');
  auto clock_rate = ParseDecimal<uint32_t>(CutUntil(encoding, '/'));
  if (!payload_type || name.empty() || !clock_rate || *clock_rate == 0) return Needs(kWrong);
  uint8_t channels = 1;
  if (!encoding.empty()) {
    auto parsed = ParseDecimal<uint8_t>(encoding);
    if (!parsed || *parsed == 0) return Needs(kWrong);
    channels = *parsed;
  }
  return SdpRtpMap{*payload_type, std::string(name), *clock_rate, channels};
}

SdpParsed<SdpFmtp> ParseSdpFmtp(std::string_view value) {
  auto payload_type = ParsePayloadType(NextWord(value));
  if (!payload_type) return Needs("needs a payload type from 0 to 127 first");
  return SdpFmtp{*payload_type, std::string(TrimSpaces(value))};
}

SdpParsed<SdpRtcpFeedback> ParseSdpRtcpFeedback(std::string_view value) {
  constexpr std::string_view kWrong =
      "needs a payload type or *, and a kind, as in \"96 nack pli\"";
  SdpRtcpFeedback feedback;
  std::string_view payload_type = NextWord(value);
  if (payload_type != "*") {
    feedback.payload_type = ParsePayloadType(payload_type);
    if (!feedback.payload_type) return Needs(kWrong);
  }
  feedback.type = NextWord(value);
  if (feedback.type.empty()) return Needs(kWrong);
  feedback.parameter = TrimSpaces(value);
  return feedback;
}

SdpParsed<SdpExtmap> ParseSdpExtmap(std::string_view value) {
  constexpr std::string_view kWrong = "needs an id from 1 and a URI";
  SdpExtmap extmap;
  std::string_view direction = NextWord(value);
  auto id = ParseDecimal<uint16_t>(CutUntil(direction, '/'));
  if (!id || *id == 0) return Needs(kWrong);
  extmap.id = *id;
  if (!direction.empty()) {
    extmap.direction = SdpDirectionFromName(direction);
    if (!extmap.direction) return Needs("has a direction that there is not");
  }
  extmap.uri = NextWord(value);
  if (extmap.uri.empty()) return Needs(kWrong);
  extmap.attributes = TrimSpaces(value);
  return extmap;
}

SdpParsed<SdpRid> ParseSdpRid(std::string_view value) {
  SdpRid rid;
  rid.id = NextWord(value);
  std::string_view direction = NextWord(value);
  if (!IsRid(rid.id) || (direction != "send" && direction != "recv")) {
    return Needs("needs a name of letters, digits, - and _, then send or recv");
  }
  rid.send = direction == "send";
  value = TrimSpaces(value);
  if (value.starts_with("pt=")) {
    std::string_view list = CutUntil(value, ';');
    list.remove_prefix(3);
    do {
      auto payload_type = ParsePayloadType(TrimSpaces(CutUntil(list, ',')));
      if (!payload_type) return Needs("has a pt= that lists other than payload types");
      rid.payload_types.push_back(*payload_type);
    } while (!list.empty());
  }
  rid.restrictions = TrimSpaces(value);
  return rid;
}

SdpParsed<SdpSimulcast> ParseSdpSimulcast(std::string_view value) {
  constexpr std::string_view kWrong =
      "needs send or recv and a list of RIDs, each at most once, as in \"send q;h;f\"";
  SdpSimulcast simulcast;
  bool any = false;
  for (auto direction = NextWord(value); !direction.empty(); direction = NextWord(value)) {
    if (direction != "send" && direction != "recv") return Needs(kWrong);
    auto& streams = direction == "send" ? simulcast.send : simulcast.recv;
    auto parsed = ParseSimulcastStreams(NextWord(value));
    if (!parsed) return std::unexpected(parsed.error());
    if (parsed->empty() || !streams.empty()) return Needs(kWrong);
    streams = std::move(*parsed);
    any = true;
  }
  if (!any) return Needs(kWrong);
  return simulcast;
}

SdpParsed<SdpSsrc> ParseSdpSsrc(std::string_view value) {
  SdpSsrc ssrc;
  auto id = ParseDecimal<uint32_t>(NextWord(value));
  value = TrimSpaces(value);
  if (!id || value.empty() || value.front() == ':') {
    return Needs("needs a 32-bit number and an attribute, as in \"1234 cname:x\"");
  }
  ssrc.ssrc = *id;
  bool has_value = value.find(':') != std::string_view::npos;
  ssrc.attribute = CutUntil(value, ':');
  if (has_value) ssrc.value = value;
  return ssrc;
}

SdpParsed<SdpSsrcGroup> ParseSdpSsrcGroup(std::string_view value) {
  SdpSsrcGroup group{std::string(NextWord(value)), {}};
  if (group.semantics.empty()) return Needs("needs a name such as FID");
  for (auto word = NextWord(value); !word.empty(); word = NextWord(value)) {
    auto ssrc = ParseDecimal<uint32_t>(word);
    if (!ssrc) return Needs("lists what is no 32-bit number");
    group.ssrcs.push_back(*ssrc);
  }
  return group;
}

SdpParsed<SdpMsid> ParseSdpMsid(std::string_view value) {
  SdpMsid msid;
  msid.stream = NextWord(value);
  msid.track = NextWord(value);
  if (msid.stream.empty()) return Needs("needs the id of a stream");
  return msid;
}

SdpParsed<std::string> ParseSdpToken(std::string_view value) {
  value = TrimSpaces(value);
  if (value.empty() || !IsVisible(value)) return Needs("needs one word of visible characters");
  return std::string(value);
}

SdpParsed<std::string> ParseSdpIceUfrag(std::string_view value) {
  constexpr std::string_view kWrong = "needs 4 to 256 characters without spaces or colons";
  auto ufrag = ParseIceChars(value, 4, kWrong);
  if (ufrag && ufrag->contains(':')) return Needs(kWrong);
  return ufrag;
}

SdpParsed<std::string> ParseSdpIcePwd(std::string_view value) {
  return ParseIceChars(value, 22, "needs 22 to 256 characters without spaces");
}

std::optional<SdpDirection> SdpDirectionFromName(std::string_view name) {
  auto found = std::ranges::find(kDirections, name);
  if (found == kDirections.end()) return std::nullopt;
  return static_cast<SdpDirection>(found - kDirections.begin());
}

std::string_view SdpDirectionName(SdpDirection direction) {
  return kDirections[static_cast<size_t>(direction)];
}

std::string_view SdpSetupName(SdpSetup setup) { return kSetups[static_cast<size_t>(setup)]; }

}  // namespace parley
