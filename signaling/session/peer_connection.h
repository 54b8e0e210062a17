#pragma once

// A participant's side of SDP: the negotiation of its peer connection, carried from a client's
// offer to the plan that the room gives to a worker. Lives with the participant, so that an ICE
// restart after a lost socket finds it. Signaling thread.

#include <array>
#include <expected>
#include <string>
#include <string_view>

#include "signaling/protocol/requests.h"
#include "signaling/room/room.h"
#include "signaling/session/negotiator.h"
#include "signaling/session/session_context.h"

namespace parley {

class PeerConnection final : public PeerState {
 public:
  PeerConnection(const SessionContext& context, SimulcastOrder order);

  // The one of a participant; null while it has none.
  static PeerConnection* Of(const Participant& participant);

  struct Answered {
    std::string answer;
    MediaPlan plan;
  };
  // A first or fresh offer, for a transport on `worker`. Errors as Negotiator::Answer.
  std::expected<Answered, Error> Answer(const SdpOffer& offer, SourceKindSet may_publish,
                                        const std::array<SourceId, kSourceKinds>& sources,
                                        WorkerIndex worker);
  // A later offer, which may restart ICE, and WHIP's fragment.
  std::expected<Renegotiated, Error> Reoffer(std::string_view sdp);
  std::expected<Renegotiated, Error> Patch(std::string_view fragment);

 private:
  MediaPort& media_;
  Negotiator negotiator_;
  const SimulcastOrder simulcast_order_;
};

}  // namespace parley
