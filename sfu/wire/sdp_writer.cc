#include "sfu/wire/sdp_writer.h"

#include <initializer_list>
#include <string_view>

#include "sfu/wire/sdp_attributes.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley {
namespace {

class Writer {
 public:
  // One line from its parts: Line("a=mid:", mid).
  void Line(std::initializer_list<std::string_view> parts) {
    for (std::string_view part : parts) out_ += part;
    out_ += "\r\n";
  }
  void Flag(bool present, std::string_view line) {
    if (present) Line({line});
  }

  void Session(const SdpSession& session);
  void Media(const SdpMedia& media);
  std::string Take() { return std::move(out_); }

 private:
  void Connection(const std::optional<SdpConnection>& connection);
  void Transport(const SdpTransport& transport);
  void Extmaps(const std::vector<SdpExtmap>& extmaps, bool allow_mixed);
  void Others(const std::vector<SdpAttribute>& others);
  void Codecs(const SdpMedia& media);
  void Rids(const SdpMedia& media);
  void Ssrcs(const SdpMedia& media);

  std::string out_;
};

std::string Hex(const std::vector<uint8_t>& bytes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string hex;
  for (uint8_t byte : bytes) {
    if (!hex.empty()) hex += ':';
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 0xf];
  }
  return hex;
}

std::string SimulcastStreams(const std::vector<SdpSimulcastStream>& streams) {
  std::string text;
  for (const SdpSimulcastStream& stream : streams) {
    if (!text.empty()) text += ';';
    for (size_t i = 0; i < stream.size(); ++i) {
      if (i > 0) text += ',';
      if (stream[i].paused) text += '~';
      text += stream[i].rid;
    }
  }
  return text;
}

void Writer::Session(const SdpSession& session) {
  const SdpOrigin& o = session.origin;
  Line({"v=0"});
  Line({"o=", o.username, " ", o.session_id, " ", std::to_string(o.session_version), " ",
        o.net_type, " ", o.address_type, " ", o.address});
  Line({"s=", session.name});
  Connection(session.connection);
  for (const std::string& bandwidth : session.bandwidths) Line({"b=", bandwidth});
  for (const std::string& time : session.times) Line({"t=", time});
  for (const SdpGroup& group : session.groups) {
    Line({"a=group:", group.semantics, group.mids.empty() ? "" : " ", JoinWords(group.mids)});
  }
  Flag(session.ice_lite, "a=ice-lite");
  Transport(session.transport);
  Extmaps(session.extmaps, session.extmap_allow_mixed);
  if (session.direction) Line({"a=", SdpDirectionName(*session.direction)});
  Others(session.others);
  for (const SdpMedia& media : session.media) Media(media);
}

void Writer::Media(const SdpMedia& media) {
  std::string formats;
  for (uint8_t payload_type : media.payload_types) formats += ' ' + std::to_string(payload_type);
  for (const std::string& format : media.formats) formats += ' ' + format;
  Line({"m=", media.type, " ", std::to_string(media.port), " ", media.protocol, formats});
  Connection(media.connection);
  for (const std::string& bandwidth : media.bandwidths) Line({"b=", bandwidth});
  if (media.mid) Line({"a=mid:", *media.mid});
  if (media.direction) Line({"a=", SdpDirectionName(*media.direction)});
  Flag(media.bundle_only, "a=bundle-only");
  Transport(media.transport);
  Flag(media.rtcp_mux, "a=rtcp-mux");
  Flag(media.rtcp_mux_only, "a=rtcp-mux-only");
  Flag(media.rtcp_rsize, "a=rtcp-rsize");
  Extmaps(media.extmaps, media.extmap_allow_mixed);
  Codecs(media);
  Rids(media);
  for (const SdpMsid& msid : media.msids) {
    Line({"a=msid:", msid.stream, msid.track.empty() ? "" : " ", msid.track});
  }
  Ssrcs(media);
  Others(media.others);
  for (const std::string& candidate : media.candidates) Line({"a=candidate:", candidate});
  Flag(media.end_of_candidates, "a=end-of-candidates");
}

void Writer::Connection(const std::optional<SdpConnection>& connection) {
  if (!connection) return;
  Line({"c=", connection->net_type, " ", connection->address_type, " ", connection->address});
}

void Writer::Transport(const SdpTransport& transport) {
  if (!transport.ice_ufrag.empty()) Line({"a=ice-ufrag:", transport.ice_ufrag});
  if (!transport.ice_pwd.empty()) Line({"a=ice-pwd:", transport.ice_pwd});
  if (!transport.ice_options.empty()) Line({"a=ice-options:", JoinWords(transport.ice_options)});
  for (const SdpFingerprint& fingerprint : transport.fingerprints) {
    Line({"a=fingerprint:", fingerprint.algorithm, " ", Hex(fingerprint.digest)});
  }
  if (transport.setup) Line({"a=setup:", SdpSetupName(*transport.setup)});
}

void Writer::Extmaps(const std::vector<SdpExtmap>& extmaps, bool allow_mixed) {
  Flag(allow_mixed, "a=extmap-allow-mixed");
  for (const SdpExtmap& extmap : extmaps) {
    Line({"a=extmap:", std::to_string(extmap.id), extmap.direction ? "/" : "",
          extmap.direction ? SdpDirectionName(*extmap.direction) : "", " ", extmap.uri,
          extmap.attributes.empty() ? "" : " ", extmap.attributes});
  }
}

void Writer::Others(const std::vector<SdpAttribute>& others) {
  for (const SdpAttribute& other : others) {
    Line({"a=", other.name, other.value ? ":" : "", other.value.value_or("")});
  }
}

void Writer::Codecs(const SdpMedia& media) {
  for (const SdpRtpMap& map : media.rtpmaps) {
    Line({"a=rtpmap:", std::to_string(map.payload_type), " ", map.encoding, "/",
          std::to_string(map.clock_rate), map.channels == 1 ? "" : "/",
          map.channels == 1 ? "" : std::to_string(map.channels)});
  }
  for (const SdpFmtp& fmtp : media.fmtps) {
    Line({"a=fmtp:", std::to_string(fmtp.payload_type), " ", fmtp.parameters});
  }
  for (const SdpRtcpFeedback& feedback : media.rtcp_feedback) {
    Line({"a=rtcp-fb:",
          feedback.payload_type ? std::to_string(*feedback.payload_type) : std::string("*"), " ",
          feedback.type, feedback.parameter.empty() ? "" : " ", feedback.parameter});
  }
}

void Writer::Rids(const SdpMedia& media) {
  for (const SdpRid& rid : media.rids) {
    std::string payload_types;
    for (uint8_t payload_type : rid.payload_types) {
      payload_types += (payload_types.empty() ? "pt=" : ",") + std::to_string(payload_type);
    }
    const bool both = !payload_types.empty() && !rid.restrictions.empty();
    const bool any = !payload_types.empty() || !rid.restrictions.empty();
    Line({"a=rid:", rid.id, rid.send ? " send" : " recv", any ? " " : "", payload_types,
          both ? ";" : "", rid.restrictions});
  }
  if (!media.simulcast) return;
  std::string send = SimulcastStreams(media.simulcast->send);
  std::string recv = SimulcastStreams(media.simulcast->recv);
  Line({"a=simulcast:", send.empty() ? "" : "send ", send, send.empty() || recv.empty() ? "" : " ",
        recv.empty() ? "" : "recv ", recv});
}

void Writer::Ssrcs(const SdpMedia& media) {
  for (const SdpSsrcGroup& group : media.ssrc_groups) {
    std::string ssrcs;
    for (uint32_t ssrc : group.ssrcs) ssrcs += ' ' + std::to_string(ssrc);
    Line({"a=ssrc-group:", group.semantics, ssrcs});
  }
  for (const SdpSsrc& ssrc : media.ssrcs) {
    Line({"a=ssrc:", std::to_string(ssrc.ssrc), " ", ssrc.attribute, ssrc.value ? ":" : "",
          ssrc.value.value_or("")});
  }
}

}  // namespace

std::string WriteSdp(const SdpSession& session) {
  Writer writer;
  writer.Session(session);
  return writer.Take();
}

}  // namespace parley
