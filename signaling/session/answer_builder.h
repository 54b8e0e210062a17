#pragma once

// One answer from one parsed offer: takes or rejects each m-line, and collects what the worker and
// the client must know. What must not change while a peer connection lives is held in PeerTerms;
// the same offer built twice with the same terms gives the same result. Signaling thread.

#include <array>
#include <expected>
#include <map>
#include <string>
#include <vector>

#include "sfu/port/media_params.h"
#include "sfu/port/media_port.h"
#include "sfu/wire/sdp_session.h"
#include "signaling/protocol/error.h"
#include "signaling/protocol/types.h"
#include "signaling/session/negotiator.h"

namespace parley {

class RandomSource;

struct PeerTerms {
  std::map<std::string, SourceKind> sources_by_mid;
  SourceKindSet may_publish;
  std::array<SourceId, kSourceKinds> source_ids{};
  std::vector<MediaPort::Candidate> candidates;
  std::vector<DtlsFingerprint> fingerprints;
  SimulcastOrder simulcast_order = SimulcastOrder::kLowestFirst;
  uint64_t session_id = 0;
  uint64_t session_version = 1;
  IceParams local_ice;
  uint32_t ice_restarts = 0;
  // By slot: the SSRC and that of its retransmissions; drawn when first needed, then kept.
  std::vector<std::array<Ssrc, 2>> slot_ssrcs;
};

struct BuiltAnswer {
  SdpSession answer;
  TransportParams params;
  SourceKindSet sources;
  std::vector<NegotiatedSlot> slots;
};

// Draws into `terms.slot_ssrcs` what is not there yet.
std::expected<BuiltAnswer, Error> BuildAnswer(const SdpSession& offer,
                                              const NegotiatorConfig& config, PeerTerms& terms,
                                              RandomSource& random);

}  // namespace parley
