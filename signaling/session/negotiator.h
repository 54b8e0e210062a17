#pragma once

// Offer in, answer out: one peer connection's SDP (RFC 9429, RFC 9143, RFC 8853) against what this
// server can, and the values that a worker needs to carry it out. Serves the browser's one offer
// with fixed slots (PROTOCOL.md, "Media"), WHIP (RFC 9725) and WHEP alike. Keeps what it answered,
// so that an ICE restart changes nothing else. Signaling thread; no clock, no socket; bounded by
// kMaxSdpBytes and NegotiatorConfig.

#include <array>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/port/media_params.h"
#include "sfu/port/media_port.h"
#include "signaling/protocol/error.h"
#include "signaling/protocol/types.h"
#include "signaling/session/encoding_order.h"

namespace parley {

class RandomSource;

// Server-wide: the same for every peer.
struct NegotiatorConfig {
  // Most wanted first; a codec that is not listed is not negotiated. RED goes with Opus.
  std::vector<Codec> video_codecs = {Codec::kVp8, Codec::kVp9, Codec::kH264, Codec::kAv1};
  size_t max_sdp_bytes = 64 * 1024;  // at most kMaxSdpBytes
  size_t max_slots = 64;             // of both kinds together; recvonly m-lines beyond are rejected
};

struct NegotiatorOffer {
  std::string_view sdp;
  // mid -> what it sends; mids that are missing here get PROTOCOL.md's defaults.
  std::map<std::string, SourceKind> sources_by_mid;
  // Sending m-lines of any other kind are answered as inactive, the rest goes on.
  SourceKindSet may_publish = kAllSources;
  // Of the participant, by IndexOf(kind): what ProducerParams::source will be.
  std::array<SourceId, kSourceKinds> source_ids{};
  // Of the worker that will carry the transport, and of the server. Only the first fingerprint
  // (MediaPort: ECDSA) goes into the answer: Chromium refuses two.
  std::span<const MediaPort::Candidate> candidates;
  std::span<const DtlsFingerprint> fingerprints;
  SimulcastOrder simulcast_order = SimulcastOrder::kLowestFirst;
};

// What a client is told of its slots.
struct NegotiatedSlot {
  uint8_t slot = 0;
  std::string mid;
  MediaKind kind = MediaKind::kAudio;
};

struct Negotiated {
  std::string answer;
  TransportParams params;  // ready for CreateTransport
  SourceKindSet sources;   // the kinds that have a producer
  std::vector<NegotiatedSlot> slots;
};

// The answer to an offer, or to a PATCH, that follows the first one.
struct Renegotiated {
  std::string answer;  // SDP, or the fragment; empty when a PATCH needs no body (204)
  // True: new credentials on both sides, for RestartIce. False: nothing changed.
  bool restarted = false;
  IceParams local_ice;
  IceParams remote_ice;
};

class Negotiator {
 public:
  // Both outlive it.
  Negotiator(const NegotiatorConfig& config, RandomSource& random);
  ~Negotiator();
  Negotiator(Negotiator&&) noexcept;

  // The first offer, or one with "fresh": forgets what was answered before, unless it fails.
  // Errors: offer_invalid, no_common_codec, too_large.
  std::expected<Negotiated, Error> Answer(const NegotiatorOffer& offer);

  // A later offer on the same peer connection: the same m-lines, perhaps with new ICE credentials
  // (RFC 8839 section 4.4.1.1.1). Anything else is refused and leaves all as it was.
  std::expected<Renegotiated, Error> Reoffer(std::string_view sdp);

  // A WHIP or WHEP PATCH, application/trickle-ice-sdpfrag (RFC 9725 section 4.3).
  std::expected<Renegotiated, Error> Patch(std::string_view fragment);

  // Answer() has succeeded once.
  bool answered() const { return agreed_ != nullptr; }

 private:
  struct Agreed;
  const NegotiatorConfig& config_;
  RandomSource& random_;
  std::unique_ptr<Agreed> agreed_;
};

// ufrag of 8 and pwd of 24 random ice-chars (RFC 8839 section 5.4 asks for 4 and 22).
IceParams MakeIceParams(RandomSource& random);

}  // namespace parley
