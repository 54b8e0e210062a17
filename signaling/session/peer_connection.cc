#include "signaling/session/peer_connection.h"

#include <utility>

#include "signaling/room/room_registry.h"

namespace parley {

PeerConnection::PeerConnection(const SessionContext& context, SimulcastOrder order)
    : media_(context.rooms.media()),
      negotiator_(context.negotiation, context.random),
      simulcast_order_(order) {}

PeerConnection* PeerConnection::Of(const Participant& participant) {
  return static_cast<PeerConnection*>(participant.peer.get());
}

std::expected<PeerConnection::Answered, Error> PeerConnection::Answer(
    const SdpOffer& offer, SourceKindSet may_publish,
    const std::array<SourceId, kSourceKinds>& sources, WorkerIndex worker) {
  auto negotiated = negotiator_.Answer({.sdp = offer.sdp,
                                        .sources_by_mid = offer.sources_by_mid,
                                        .may_publish = may_publish,
                                        .source_ids = sources,
                                        .candidates = media_.candidates(worker),
                                        .fingerprints = media_.fingerprints(),
                                        .simulcast_order = simulcast_order_});
  if (!negotiated) return std::unexpected(std::move(negotiated.error()));

  Answered answered{.answer = std::move(negotiated->answer),
                    .plan = {.worker = worker,
                             .params = std::move(negotiated->params),
                             .sources = negotiated->sources,
                             .slots = {}}};
  for (auto& slot : negotiated->slots) {
    answered.plan.slots.push_back(
        {.slot = slot.slot, .mid = std::move(slot.mid), .video = slot.kind == MediaKind::kVideo});
  }
  return answered;
}

std::expected<Renegotiated, Error> PeerConnection::Reoffer(std::string_view sdp) {
  return negotiator_.Reoffer(sdp);
}

std::expected<Renegotiated, Error> PeerConnection::Patch(std::string_view fragment) {
  return negotiator_.Patch(fragment);
}

}  // namespace parley
