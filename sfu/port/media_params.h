#pragma once

// What was negotiated with one peer, as plain values: the signaling thread makes them from an offer
// and an answer, a worker builds its Transport, Producers and Slots from them. No behaviour, no
// pointers; copied across threads, never shared.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/base/short_string.h"

namespace parley {

enum class MediaKind : uint8_t { kAudio, kVideo };

enum class Codec : uint8_t {
  kOpus,
  kRed,             // RFC 2198 around Opus
  kTelephoneEvent,  // RFC 4733; never forwarded
  kVp8,
  kVp9,
  kH264,
  kAv1,
};

// One payload type of one m-line (RFC 8866 a=rtpmap, a=fmtp, a=rtcp-fb), as the answer left it.
struct CodecParams {
  Codec codec = Codec::kOpus;
  PayloadType payload_type;
  std::optional<PayloadType> rtx_payload_type;  // RFC 4588
  uint32_t clock_rate = 48000;                  // Hz
  // What else two sides must agree on: H.264 profile-level-id (24 bits) and packetization-mode,
  // VP9 and AV1 profile. Zero elsewhere.
  uint32_t profile = 0;
  uint8_t packetization_mode = 0;
  bool nack = false;
  bool pli = false;
  bool fir = false;
  bool remb = false;
  bool transport_cc = false;
};

// RTP header extensions (RFC 8285) by their negotiated id on one m-line; 0 is not negotiated.
struct HeaderExtensionIds {
  uint8_t mid = 0;               // urn:ietf:params:rtp-hdrext:sdes:mid
  uint8_t rid = 0;               // ...:sdes:rtp-stream-id
  uint8_t repaired_rid = 0;      // ...:sdes:repaired-rtp-stream-id
  uint8_t audio_level = 0;       // urn:ietf:params:rtp-hdrext:ssrc-audio-level (RFC 6464)
  uint8_t abs_send_time = 0;     // http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
  uint8_t transport_cc = 0;      // draft-holmer-rmcat-transport-wide-cc-extensions-01
  uint8_t abs_capture_time = 0;  // http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time
  uint8_t dependency_descriptor = 0;  // AV1 RTP payload format, appendix A
};

// One simulcast encoding or the only stream of an m-line.
struct EncodingParams {
  Rid rid;  // empty when the m-line has a single stream without a RID
  // Known from a=ssrc, or learned from the MID and RID extensions of the first packets.
  std::optional<Ssrc> ssrc;
  std::optional<Ssrc> rtx_ssrc;
};

// Something a peer sends.
struct ProducerParams {
  SourceId source;
  MediaKind kind = MediaKind::kAudio;
  Mid mid;
  std::vector<CodecParams> codecs;
  std::vector<EncodingParams> encodings;  // lowest quality first, 1..3
  HeaderExtensionIds extensions;
};

// What decides which source a slot carries.
enum class SlotFollows : uint8_t {
  kSeat,      // audio: the room's speaker seat `seat`
  kDominant,  // audio: whoever is the dominant speaker (peers with fewer audio slots than seats)
  kAssigned,  // the source that SetSlot names: video and screen audio
};

// Something a peer receives: one m-line with one SSRC that never changes.
struct SlotParams {
  uint8_t index = 0;  // place in TransportParams::slots
  MediaKind kind = MediaKind::kAudio;
  SlotFollows follows = SlotFollows::kAssigned;
  uint8_t seat = 0;
  Mid mid;
  Ssrc ssrc;
  std::optional<Ssrc> rtx_ssrc;
  std::vector<CodecParams> codecs;  // with the payload types that this peer wants to receive
  HeaderExtensionIds extensions;
};

struct IceParams {
  std::string ufrag;  // RFC 8839 section 5.4: 4..256 characters
  std::string pwd;    // 22..256 characters
};

enum class DtlsRole : uint8_t { kClient, kServer };

struct DtlsFingerprint {
  std::string algorithm;  // "sha-256", as RFC 8122 names it, in lower case
  std::vector<uint8_t> digest;
};

struct TransportParams {
  IceParams local_ice;
  IceParams remote_ice;
  DtlsRole local_dtls_role = DtlsRole::kServer;
  std::vector<DtlsFingerprint> remote_fingerprints;  // any one must match the peer's certificate
  std::vector<ProducerParams> producers;
  std::vector<SlotParams> slots;
  // Incoming extension ids are the same on every m-line of a bundle (RFC 8843 section 9.2); each
  // ProducerParams carries those of its own m-line.
};

}  // namespace parley
