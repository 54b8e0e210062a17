#include "sfu/wire/sdp_parser.h"

#include <algorithm>
#include <array>
#include <bitset>

#include "sfu/wire/sdp_attributes.h"
#include "sfu/wire/sdp_lines.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley {
namespace {

// What is wrong with a line, without its number and text; nothing when it is well.
using Fault = std::optional<std::string>;

// a=name or a=name:value.
struct Attribute {
  explicit Attribute(std::string_view text)
      : has_value(text.contains(':')), name(CutUntil(text, ':')), value(text) {}
  bool has_value;
  std::string_view name;
  std::string_view value;
};

template <class T>
Fault Set(T& field, SdpParsed<T> parsed) {
  if (!parsed) return std::string(parsed.error());
  field = std::move(*parsed);
  return std::nullopt;
}

template <class T>
Fault Append(std::vector<T>& list, SdpParsed<T> parsed) {
  if (!parsed) return std::string(parsed.error());
  list.push_back(std::move(*parsed));
  return std::nullopt;
}

// For what may stand once only: an m-line with two mids means nothing.
template <class T>
Fault SetOnce(std::optional<T>& field, SdpParsed<T> parsed) {
  if (!parsed) return std::string(parsed.error());
  if (field) return "stands twice where it may stand once";
  field = std::move(*parsed);
  return std::nullopt;
}

Fault SetIceOptions(std::vector<std::string>& options, std::string_view value) {
  for (auto word = NextWord(value); !word.empty(); word = NextWord(value)) {
    options.emplace_back(word);
  }
  return std::nullopt;
}

void Keep(std::vector<SdpAttribute>& others, const Attribute& a) {
  others.push_back(
      {std::string(a.name), a.has_value ? std::optional(std::string(a.value)) : std::nullopt});
}

// An attribute that this knows: where its name stands in the text, and what takes its value.
template <class Section>
struct Known {
  std::string_view name;
  Fault (*apply)(Section&, std::string_view value);
};

template <class Section>
constexpr auto kTransportAttributes = std::to_array<Known<Section>>({
    {"ice-ufrag",
     [](Section& s, std::string_view v) {
       return Set(s.transport.ice_ufrag, ParseSdpIceUfrag(v));
     }},
    {"ice-pwd",
     [](Section& s, std::string_view v) { return Set(s.transport.ice_pwd, ParseSdpIcePwd(v)); }},
    {"ice-options",
     [](Section& s, std::string_view v) { return SetIceOptions(s.transport.ice_options, v); }},
    {"fingerprint",
     [](Section& s, std::string_view v) {
       return Append(s.transport.fingerprints, ParseSdpFingerprint(v));
     }},
    {"setup",
     [](Section& s, std::string_view v) { return SetOnce(s.transport.setup, ParseSdpSetup(v)); }},
    {"extmap", [](Section& s, std::string_view v) { return Append(s.extmaps, ParseSdpExtmap(v)); }},
    {"extmap-allow-mixed",
     [](Section& s, std::string_view) {
       s.extmap_allow_mixed = true;
       return Fault();
     }},
});

constexpr auto kSessionAttributes = std::to_array<Known<SdpSession>>({
    {"group", [](SdpSession& s, std::string_view v) { return Append(s.groups, ParseSdpGroup(v)); }},
    {"ice-lite",
     [](SdpSession& s, std::string_view) {
       s.ice_lite = true;
       return Fault();
     }},
});

template <bool SdpMedia::* flag>
Fault SetFlag(SdpMedia& media, std::string_view) {
  media.*flag = true;
  return std::nullopt;
}

Fault AddRtpMap(SdpMedia& media, std::string_view value) {
  auto parsed = ParseSdpRtpMap(value);
  if (parsed && media.FindRtpMap(parsed->payload_type)) return "maps a payload type a second time";
  return Append(media.rtpmaps, std::move(parsed));
}

Fault AddRid(SdpMedia& media, std::string_view value) {
  auto parsed = ParseSdpRid(value);
  if (parsed && std::ranges::find(media.rids, parsed->id, &SdpRid::id) != media.rids.end()) {
    return "names a RID a second time";
  }
  return Append(media.rids, std::move(parsed));
}

constexpr auto kMediaAttributes = std::to_array<Known<SdpMedia>>({
    {"rtpmap", AddRtpMap},
    {"rtcp-fb",
     [](SdpMedia& m, std::string_view v) {
       return Append(m.rtcp_feedback, ParseSdpRtcpFeedback(v));
     }},
    {"fmtp", [](SdpMedia& m, std::string_view v) { return Append(m.fmtps, ParseSdpFmtp(v)); }},
    {"ssrc", [](SdpMedia& m, std::string_view v) { return Append(m.ssrcs, ParseSdpSsrc(v)); }},
    {"ssrc-group",
     [](SdpMedia& m, std::string_view v) { return Append(m.ssrc_groups, ParseSdpSsrcGroup(v)); }},
    {"msid", [](SdpMedia& m, std::string_view v) { return Append(m.msids, ParseSdpMsid(v)); }},
    {"mid", [](SdpMedia& m, std::string_view v) { return SetOnce(m.mid, ParseSdpToken(v)); }},
    {"rid", AddRid},
    {"simulcast",
     [](SdpMedia& m, std::string_view v) { return SetOnce(m.simulcast, ParseSdpSimulcast(v)); }},
    {"rtcp-mux", SetFlag<&SdpMedia::rtcp_mux>},
    {"rtcp-mux-only", SetFlag<&SdpMedia::rtcp_mux_only>},
    {"rtcp-rsize", SetFlag<&SdpMedia::rtcp_rsize>},
    {"bundle-only", SetFlag<&SdpMedia::bundle_only>},
    {"end-of-candidates", SetFlag<&SdpMedia::end_of_candidates>},
    {"candidate",
     [](SdpMedia& m, std::string_view v) {
       m.candidates.emplace_back(v);
       return Fault();
     }},
});

template <class Section, size_t kSize>
const Known<Section>* FindKnown(const std::array<Known<Section>, kSize>& table,
                                std::string_view name) {
  auto found = std::ranges::find(table, name, &Known<Section>::name);
  return found == table.end() ? nullptr : &*found;
}

template <class Section, size_t kSize>
Fault ApplyAttribute(Section& section, const std::array<Known<Section>, kSize>& own,
                     std::string_view text) {
  Attribute a(text);
  if (a.name.empty()) return "an attribute needs a name";
  Fault fault;
  if (auto direction = SdpDirectionFromName(a.name)) {
    fault = SetOnce<SdpDirection>(section.direction, *direction);
  } else if (auto* known = FindKnown(own, a.name)) {
    fault = known->apply(section, a.value);
  } else if (auto* known_transport = FindKnown(kTransportAttributes<Section>, a.name)) {
    fault = known_transport->apply(section, a.value);
  } else {
    Keep(section.others, a);
  }
  if (!fault) return fault;
  return "a=" + std::string(a.name) + " " + *fault;
}

// One word of each, exactly six.
Fault ParseOrigin(std::string_view value, SdpOrigin& origin) {
  origin.username = NextWord(value);
  origin.session_id = NextWord(value);
  auto version = ParseDecimal<uint64_t>(NextWord(value));
  origin.net_type = NextWord(value);
  origin.address_type = NextWord(value);
  origin.address = NextWord(value);
  if (!version || origin.address.empty() || !TrimSpaces(value).empty()) {
    return "o= needs a user name, two numbers, a network type, an address type and an address";
  }
  origin.session_version = *version;
  return std::nullopt;
}

Fault ParseConnection(std::string_view value, std::optional<SdpConnection>& connection) {
  SdpConnection parsed;
  parsed.net_type = NextWord(value);
  parsed.address_type = NextWord(value);
  parsed.address = NextWord(value);
  if (parsed.address.empty()) return "c= needs a network type, an address type and an address";
  if (!connection) connection = std::move(parsed);
  return std::nullopt;
}

// m=audio 9 UDP/TLS/RTP/SAVPF 111 63
Fault ParseMediaLine(std::string_view value, SdpMedia& media) {
  media.type = NextWord(value);
  auto port = ParseDecimal<uint16_t>(NextWord(value));
  media.protocol = NextWord(value);
  if (!port || media.protocol.empty()) {
    return "m= needs a kind, a port from 0 to 65535 and a protocol";
  }
  media.port = *port;
  const bool rtp = media.protocol.contains("RTP/");
  std::bitset<128> seen;
  for (auto word = NextWord(value); !word.empty(); word = NextWord(value)) {
    if (media.payload_types.size() + media.formats.size() == kMaxSdpPayloadTypes) {
      return "m= has more than " + std::to_string(kMaxSdpPayloadTypes) + " formats";
    }
    if (!rtp) {
      media.formats.emplace_back(word);
      continue;
    }
    auto payload_type = ParseDecimal<uint8_t>(word);
    if (!payload_type || *payload_type > 127 || seen[*payload_type]) {
      return "m= needs different payload types from 0 to 127";
    }
    seen.set(*payload_type);
    media.payload_types.push_back(*payload_type);
  }
  if (media.payload_types.empty() && media.formats.empty()) return "m= has no formats";
  return std::nullopt;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : lines_(text) {}

  std::expected<SdpSession, SdpError> Parse() {
    // RFC 8866 section 5 fixes the order of the first three.
    constexpr std::string_view kFirst = "vos";
    for (size_t n = 0;; ++n) {
      auto line = lines_.Next();
      if (!line) return std::unexpected(line.error());
      if (!*line) {
        if (n < kFirst.size())
          return std::unexpected(SdpError{0, "The description ends too early."});
        break;
      }
      Fault fault;
      if (n < kFirst.size() && (*line)->type != kFirst[n]) {
        fault = std::string("here must be ") + kFirst[n] + "=";
      } else {
        fault = Take(**line);
      }
      if (fault) return std::unexpected(lines_.Wrong(*fault));
    }
    if (!has_time_) return std::unexpected(SdpError{0, "The description has no t= line."});
    return std::move(session_);
  }

 private:
  Fault Take(const SdpLines::Line& line) {
    if (line.type == 'm') return TakeMedia(line.value);
    return session_.media.empty() ? TakeSessionLine(line) : TakeMediaLine(line);
  }

  Fault TakeSessionLine(const SdpLines::Line& line) {
    switch (line.type) {
      case 'v':
        return line.value == "0" ? Fault() : "the version must be 0";
      case 'o':
        return ParseOrigin(line.value, session_.origin);
      case 's':
        // RFC 8866 section 5.3: '-' where there is no name.
        session_.name = TrimSpaces(line.value).empty() ? "-" : line.value;
        return std::nullopt;
      case 't':
        if (!has_time_) session_.times.clear();
        has_time_ = true;
        session_.times.emplace_back(line.value);
        return CountOne();
      case 'c':
        return ParseConnection(line.value, session_.connection);
      case 'b':
        session_.bandwidths.emplace_back(line.value);
        return CountOne();
      case 'a':
        if (Fault fault = CountOne()) return fault;
        return ApplyAttribute(session_, kSessionAttributes, line.value);
      case 'i':
      case 'u':
      case 'e':
      case 'p':
      case 'r':
      case 'z':
      case 'k':
        return std::nullopt;
      default:
        return "there is no such line in a description";
    }
  }

  Fault TakeMedia(std::string_view value) {
    if (session_.media.size() == kMaxSdpMedia) {
      return "there are more than " + std::to_string(kMaxSdpMedia) + " m-lines";
    }
    attributes_ = 0;
    return ParseMediaLine(value, session_.media.emplace_back());
  }

  Fault TakeMediaLine(const SdpLines::Line& line) {
    SdpMedia& media = session_.media.back();
    switch (line.type) {
      case 'c':
        return ParseConnection(line.value, media.connection);
      case 'b':
        media.bandwidths.emplace_back(line.value);
        return CountOne();
      case 'a':
        if (Fault fault = CountOne()) return fault;
        return ApplyAttribute(media, kMediaAttributes, line.value);
      case 'i':
      case 'k':
        return std::nullopt;
      default:
        return "this line may not follow m=";
    }
  }

  Fault CountOne() {
    if (++attributes_ <= kMaxSdpAttributes) return std::nullopt;
    return "there are more than " + std::to_string(kMaxSdpAttributes) + " attributes in one part";
  }

  SdpLines lines_;
  SdpSession session_;
  bool has_time_ = false;
  size_t attributes_ = 0;  // of the section that is being read
};

}  // namespace

std::expected<SdpSession, SdpError> ParseSdp(std::string_view text) {
  if (text.size() > kMaxSdpBytes) {
    return std::unexpected(SdpError{
        0, "The description is larger than " + std::to_string(kMaxSdpBytes / 1024) + " KiB."});
  }
  return Parser(text).Parse();
}

}  // namespace parley
