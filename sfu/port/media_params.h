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
#include "sfu/wire/codec.h"
#include "sfu/wire/rtp_extensions.h"

namespace parley {

// One simulcast encoding or the only stream of an m-line.
struct EncodingParams {
  Rid rid;  // empty when the m-line has a single stream without a RID
  // Known from a=ssrc, or learned from the MID and RID extensions of the first packets.
  std::optional<Ssrc> ssrc;
  std::optional<Ssrc> rtx_ssrc;
  bool operator==(const EncodingParams&) const = default;
};

// Something a peer sends.
struct ProducerParams {
  SourceId source;
  MediaKind kind = MediaKind::kAudio;
  Mid mid;
  std::vector<CodecParams> codecs;
  std::vector<EncodingParams> encodings;  // lowest quality first, 1..3
  HeaderExtensionIds extensions;
  bool screen = false;  // its pictures are rare and large
  bool operator==(const ProducerParams&) const = default;
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
  bool operator==(const SlotParams&) const = default;
};

struct IceParams {
  std::string ufrag;  // RFC 8839 section 5.4: 4..256 characters
  std::string pwd;    // 22..256 characters
  bool operator==(const IceParams&) const = default;
};

enum class DtlsRole : uint8_t { kClient, kServer };

struct DtlsFingerprint {
  std::string algorithm;  // "sha-256", as RFC 8122 names it, in lower case
  std::vector<uint8_t> digest;
  bool operator==(const DtlsFingerprint&) const = default;
};

struct TransportParams {
  IceParams local_ice;
  IceParams remote_ice;
  DtlsRole local_dtls_role = DtlsRole::kServer;
  std::vector<DtlsFingerprint> remote_fingerprints;  // any one must match the peer's certificate
  std::vector<ProducerParams> producers;
  std::vector<SlotParams> slots;
  // The peer is a thread of this process (local_media.h): no ICE, no DTLS, connected at once.
  bool local = false;
  // A local transport that only receives, for a recorder: its packets go to this feed's socket
  // (OpenFeed) instead of a LocalMediaPort. The SSRC of each slot is the number of its source.
  FeedId feed;
  // Incoming extension ids are the same on every m-line of a bundle (RFC 8843 section 9.2); each
  // ProducerParams carries those of its own m-line.
};

}  // namespace parley
