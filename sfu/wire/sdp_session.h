#pragma once

// A session description (RFC 8866) as plain data: what offer and answer (RFC 9429) of WebRTC say,
// each attribute in the place and order it was written. Nothing here judges whether a description
// can be used; ParseSdp() makes it from text, WriteSdp() makes text from it. Values, any thread;
// bounds are those of ParseSdp().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

// o= (RFC 8866 section 5.2).
struct SdpOrigin {
  std::string username = "-";
  std::string session_id = "0";
  uint64_t session_version = 0;
  std::string net_type = "IN";
  std::string address_type = "IP4";
  std::string address = "127.0.0.1";
  bool operator==(const SdpOrigin&) const = default;
};

// c= (RFC 8866 section 5.7).
struct SdpConnection {
  std::string net_type = "IN";
  std::string address_type = "IP4";
  std::string address = "0.0.0.0";
  bool operator==(const SdpConnection&) const = default;
};

// An attribute without a field of its own, kept as it came; without value for a flag.
struct SdpAttribute {
  std::string name;
  std::optional<std::string> value;
  bool operator==(const SdpAttribute&) const = default;
};

// a=group (RFC 5888): "BUNDLE" and the mids in it.
struct SdpGroup {
  std::string semantics;
  std::vector<std::string> mids;
  bool operator==(const SdpGroup&) const = default;
};

// a=fingerprint (RFC 8122); the algorithm's name in lower case.
struct SdpFingerprint {
  std::string algorithm;
  std::vector<uint8_t> digest;
  bool operator==(const SdpFingerprint&) const = default;
};

// a=setup (RFC 4145 section 4, RFC 8842).
enum class SdpSetup : uint8_t { kActive, kPassive, kActpass, kHoldconn };

enum class SdpDirection : uint8_t { kSendRecv, kSendOnly, kRecvOnly, kInactive };
bool Sends(SdpDirection direction);
bool Receives(SdpDirection direction);

// a=rtpmap (RFC 8866 section 6.6).
struct SdpRtpMap {
  uint8_t payload_type = 0;
  std::string encoding;
  uint32_t clock_rate = 0;  // Hz
  uint8_t channels = 1;
  bool operator==(const SdpRtpMap&) const = default;
};

// a=fmtp (RFC 8866 section 6.15); Fmtp reads the parameters.
struct SdpFmtp {
  uint8_t payload_type = 0;
  std::string parameters;
  bool operator==(const SdpFmtp&) const = default;
};

// a=rtcp-fb (RFC 4585 section 4.2): "nack pli" is type "nack", parameter "pli".
struct SdpRtcpFeedback {
  std::optional<uint8_t> payload_type;  // none: "*", all of the m-line's
  std::string type;
  std::string parameter;
  bool operator==(const SdpRtcpFeedback&) const = default;
};

// a=extmap (RFC 8285 section 5).
struct SdpExtmap {
  uint16_t id = 0;
  std::optional<SdpDirection> direction;
  std::string uri;
  std::string attributes;
  bool operator==(const SdpExtmap&) const = default;
};

// a=rid (RFC 8851).
struct SdpRid {
  std::string id;
  bool send = true;                    // else "recv"
  std::vector<uint8_t> payload_types;  // pt=…; empty: any
  std::string restrictions;            // the rest, as it came: "max-width=640;max-fps=15"
  bool operator==(const SdpRid&) const = default;
};

// a=simulcast (RFC 8853): streams in order of preference, each of one or more alternatives.
struct SdpSimulcastAlternative {
  std::string rid;
  bool paused = false;  // "~"
  bool operator==(const SdpSimulcastAlternative&) const = default;
};
using SdpSimulcastStream = std::vector<SdpSimulcastAlternative>;
struct SdpSimulcast {
  std::vector<SdpSimulcastStream> send;
  std::vector<SdpSimulcastStream> recv;
  bool operator==(const SdpSimulcast&) const = default;
};

// a=ssrc (RFC 5576 section 4.1), one line.
struct SdpSsrc {
  uint32_t ssrc = 0;
  std::string attribute;
  std::optional<std::string> value;
  bool operator==(const SdpSsrc&) const = default;
};

// a=ssrc-group (RFC 5576 section 4.2): "FID" and "SIM" matter here.
struct SdpSsrcGroup {
  std::string semantics;
  std::vector<uint32_t> ssrcs;
  bool operator==(const SdpSsrcGroup&) const = default;
};

// a=msid (RFC 8830).
struct SdpMsid {
  std::string stream;
  std::string track;  // may be empty
  bool operator==(const SdpMsid&) const = default;
};

// What may stand at session level and on an m-line alike: ICE (RFC 8839) and DTLS.
struct SdpTransport {
  std::string ice_ufrag;
  std::string ice_pwd;
  std::vector<std::string> ice_options;
  std::vector<SdpFingerprint> fingerprints;
  std::optional<SdpSetup> setup;
  bool operator==(const SdpTransport&) const = default;
};

// One m-line and what follows it.
struct SdpMedia {
  std::string type;  // "audio", "video", "application", …
  uint16_t port = 9;
  std::string protocol = "UDP/TLS/RTP/SAVPF";
  // RTP payload types in order of preference; of other protocols, `formats` alone is filled.
  std::vector<uint8_t> payload_types;
  std::vector<std::string> formats;  // non-RTP only
  std::optional<SdpConnection> connection;
  std::vector<std::string> bandwidths;  // "AS:128"

  std::optional<std::string> mid;
  std::optional<SdpDirection> direction;  // none: the session's, or sendrecv
  SdpTransport transport;
  std::vector<SdpRtpMap> rtpmaps;
  std::vector<SdpFmtp> fmtps;
  std::vector<SdpRtcpFeedback> rtcp_feedback;
  std::vector<SdpExtmap> extmaps;
  bool extmap_allow_mixed = false;
  bool rtcp_mux = false;
  bool rtcp_mux_only = false;
  bool rtcp_rsize = false;
  bool bundle_only = false;
  bool end_of_candidates = false;
  std::vector<SdpRid> rids;
  std::optional<SdpSimulcast> simulcast;
  std::vector<SdpSsrc> ssrcs;
  std::vector<SdpSsrcGroup> ssrc_groups;
  std::vector<SdpMsid> msids;
  std::vector<std::string> candidates;  // the attribute's value as it came (see IceCandidate)
  std::vector<SdpAttribute> others;

  const SdpRtpMap* FindRtpMap(uint8_t payload_type) const;
  // Empty when there is none.
  std::string_view FindFmtp(uint8_t payload_type) const;
  // Said for this payload type or for "*".
  bool HasFeedback(uint8_t payload_type, std::string_view type, std::string_view parameter) const;

  bool operator==(const SdpMedia&) const = default;
};

struct SdpSession {
  SdpOrigin origin;
  std::string name = "-";  // s=
  std::optional<SdpConnection> connection;
  std::vector<std::string> bandwidths;
  std::vector<std::string> times = {"0 0"};  // t=

  std::vector<SdpGroup> groups;
  SdpTransport transport;
  std::optional<SdpDirection> direction;
  std::vector<SdpExtmap> extmaps;
  bool extmap_allow_mixed = false;
  bool ice_lite = false;
  std::vector<SdpAttribute> others;
  std::vector<SdpMedia> media;

  // The direction that holds for an m-line: its own, the session's, else sendrecv.
  SdpDirection DirectionOf(const SdpMedia& media) const;
  // The m-line's ICE and DTLS attributes, with the session's for what it leaves out.
  SdpTransport TransportOf(const SdpMedia& media) const;
  const SdpGroup* FindGroup(std::string_view semantics) const;

  bool operator==(const SdpSession&) const = default;
};

}  // namespace parley
