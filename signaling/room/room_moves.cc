// Participants whose peer connection moves to another worker. DTLS cannot follow an ICE restart to
// another core, so the client makes a fresh peer connection beside the old one and both carry
// everything until the new one's media is there; sources keep their ids, and so do slots what they
// carry.

#include <algorithm>
#include <utility>

#include "signaling/protocol/write_message.h"
#include "signaling/room/participant_sink.h"
#include "signaling/room/room.h"
#include "signaling/room/room_media.h"

namespace parley {
namespace {

// From being asked until being connected.
constexpr Duration kMoveTime = Duration::Seconds(20);
// Whoever could not be moved, or just was, is left alone for this long.
constexpr Duration kMoveAgain = Duration::Seconds(120);
// From being connected until something of what is on arrives.
constexpr Duration kFirstMedia = Duration::Seconds(2);
// How long the client may need the old peer connection.
constexpr Duration kFormer = Duration::Seconds(10);

}  // namespace

void RoomMedia::ConnectBeside(Participant& participant, std::unique_ptr<PeerState> peer,
                              MediaPlan plan) {
  LegMove& move = *participant.move;
  move.peer = std::move(peer);
  move.sources = plan.sources;
  move.leg = std::make_unique<MediaLeg>(environment_.NewTransport(), plan.worker,
                                        std::move(plan.slots), plan.params, 0);
  beside_[move.leg->transport()] = &participant;
  CreateOn(*move.leg, std::move(plan.params));
}

void RoomMedia::FinishMove(Participant& participant) {
  CloseFormer(participant);
  LegMove move = *std::exchange(participant.move, std::nullopt);
  beside_.erase(move.leg->transport());
  by_transport_.erase(participant.leg->transport());
  beside_[participant.leg->transport()] = &participant;
  by_transport_[move.leg->transport()] = &participant;
  participant.peer = std::move(move.peer);
  participant.former_leg = std::exchange(participant.leg, std::move(move.leg));

  for (const SourceKind kind : kAllSourceKinds) {
    auto& source = participant.source(kind);
    if (!move.sources.test(IndexOf(kind))) {
      Withdraw(source);
      continue;
    }
    source.negotiated = true;
    source.demand.reset();
    source.demand_due = false;
    if (source.announced) {
      SendSource(participant, kind);
      environment_.media.Send(participant.leg->worker(),
                              EnableSource{.source = source.id, .enabled = source.on});
    } else if (participant.may_publish.test(IndexOf(kind))) {
      OfferSource(participant, kind);
    }
  }

  MediaLeg& leg = *participant.leg;
  leg.TakeOver(*participant.former_leg);
  leg.BeginEpoch();
  leg.MarkMapChanged();
  for (const SlotAssigner* assigner : {&leg.video(), &leg.screen_audio()}) {
    for (const auto& slot : assigner->slots()) {
      if (slot.wish.source != SourceId()) SendSlot(leg, *assigner, slot.index);
    }
  }
  assignments_stale_ = true;
}

void RoomMedia::CancelMove(Participant& participant) {
  if (participant.move && participant.move->leg) {
    beside_.erase(participant.move->leg->transport());
    CloseOn(*participant.move->leg);
  }
  participant.move.reset();
}

void RoomMedia::CloseFormer(Participant& participant) {
  if (!participant.former_leg) return;
  beside_.erase(participant.former_leg->transport());
  CloseOn(*participant.former_leg);
  participant.former_leg.reset();
}

Participant* RoomMedia::FindBeside(TransportId transport) {
  const auto found = beside_.find(transport);
  return found == beside_.end() ? nullptr : found->second;
}

bool Room::AskToMove(Participant& participant, WorkerIndex to, Now now) {
  const bool can = participant.kind == ParticipantKind::kBrowser && participant.sink &&
                   participant.leg && participant.leg->connected && participant.leg->worker() != to;
  if (!can || participant.move || participant.former_leg || now.steady < participant.may_move_at) {
    return false;
  }
  participant.may_move_at = now.steady + kMoveAgain;
  participant.move.emplace(LegMove{.to = to, .gives_up = now.steady + kMoveTime});
  participant.sink->Deliver(WriteMove());
  return true;
}

size_t Room::AskToMove(WorkerIndex from, WorkerIndex to, size_t most, Now now) {
  size_t asked = 0;
  for (const auto& participant : participants_) {
    if (asked == most) break;
    if (participant->leg && participant->leg->worker() == from &&
        AskToMove(*participant, to, now)) {
      ++asked;
    }
  }
  return asked;
}

void Room::ConnectBeside(Participant& participant, std::unique_ptr<PeerState> peer,
                         MediaPlan plan) {
  media_.ConnectBeside(participant, std::move(peer), std::move(plan));
  environment_.room_of_transport[participant.move->leg->transport()] = this;
}

void Room::HandleBesideConnected(TransportId transport, Now now) {
  Participant* participant = media_.FindBeside(transport);
  if (!participant || !participant->move || !participant->move->leg ||
      participant->move->leg->transport() != transport) {
    return;
  }
  participant->move->leg->connected = true;
  const bool sends = std::ranges::any_of(participant->sources, &Participant::Source::on);
  participant->move->finishes = sends ? now.steady + kFirstMedia : now.steady;
  if (!sends) FinishMove(*participant, now);
}

void Room::HandleBesideStarted(const SourceStarted& event, Now now) {
  Participant* participant = media_.FindBeside(event.transport);
  if (!participant || !participant->move || !participant->move->leg ||
      participant->move->leg->transport() != event.transport ||
      !participant->move->leg->connected) {
    return;
  }
  // A gap in the sound is noticed first.
  const auto& microphone = participant->source(SourceKind::kMicrophone);
  if (!microphone.on || microphone.id == event.source) FinishMove(*participant, now);
}

void Room::HandleBesideDisconnected(TransportId transport) {
  Participant* participant = media_.FindBeside(transport);
  if (!participant) return;
  environment_.room_of_transport.erase(transport);
  if (participant->former_leg && participant->former_leg->transport() == transport) {
    media_.CloseFormer(*participant);
  } else {
    media_.CancelMove(*participant);
  }
}

void Room::FinishMove(Participant& participant, Now now) {
  const SourceKindSet before = participant.offered();
  media_.FinishMove(participant);
  participant.former_until = now.steady + kFormer;
  if (before != participant.offered()) Announce(participant);
  Mark();
}

void Room::HandleMoveTimeouts(Now now) {
  for (const auto& participant : participants_) {
    if (participant->former_leg && participant->former_until <= now.steady) {
      environment_.room_of_transport.erase(participant->former_leg->transport());
      media_.CloseFormer(*participant);
    }
    if (!participant->move) continue;
    if (participant->move->finishes <= now.steady) {
      FinishMove(*participant, now);
    } else if (participant->move->gives_up <= now.steady &&
               participant->move->finishes == Timestamp::Never()) {
      if (const auto& leg = participant->move->leg) {
        environment_.room_of_transport.erase(leg->transport());
      }
      media_.CancelMove(*participant);
    }
  }
}

void Room::ForgetTransports(const Participant& participant) {
  auto& known = environment_.room_of_transport;
  if (participant.leg) known.erase(participant.leg->transport());
  if (participant.former_leg) known.erase(participant.former_leg->transport());
  if (participant.move && participant.move->leg) known.erase(participant.move->leg->transport());
}

}  // namespace parley
