// A session's way into a room: joining, resuming, and what it is answered with.

#include <array>
#include <memory>
#include <utility>

#include "signaling/protocol/refuse.h"
#include "signaling/protocol/write_message.h"
#include "signaling/room/display_name.h"
#include "signaling/room/limits.h"
#include "signaling/room/room_registry.h"
#include "signaling/session/entry.h"
#include "signaling/session/passcode_guard.h"
#include "signaling/session/peer_connection.h"
#include "signaling/session/resume_tokens.h"
#include "signaling/session/session.h"

namespace parley {
Session::Result Session::Handle(int32_t id, const JoinRequest& join, Now now) {
  Room* room = context_.rooms.Find(join.room);
  if (!room) return Refuse(ErrorCode::kRoomNotFound);
  auto entry = join.invite ? EnterByInvite(*room, *join.invite)
                           : EnterByToken(*room, *join.token, context_.tokens, now.wall);
  if (!entry) return std::unexpected(std::move(entry.error()));
  if (join.invite) {
    auto may = context_.passcodes.Check(*room, join.passcode, peer_, now.steady);
    if (!may) return std::unexpected(std::move(may.error()));
  }
  auto name = NormalizeDisplayName(join.name.empty() ? entry->name : join.name,
                                   context_.limits.name_characters);
  if (!name) return Refuse(ErrorCode::kNameInvalid);
  Newcomer newcomer{.id = {},
                    .name = *std::move(name),
                    .person = PersonOf(*entry, join.instance),
                    .instance = InstanceOf(join.instance),
                    .role = entry->role,
                    .kind = ParticipantKind::kBrowser,
                    .by_token = join.token.has_value(),
                    .may_publish = entry->may_publish,
                    .publish = join.publish,
                    .sink = this};
  if (auto may = room->MayEnter(newcomer); !may) return std::unexpected(std::move(may.error()));
  if (room->lobby().locked() && !Hosts(entry->role)) return Refuse(ErrorCode::kRoomLocked);
  if (Lobby* lobby = room->LobbyFor(newcomer)) {
    return Wait(id, *room, *lobby, std::move(newcomer), join.offer, now);
  }
  return Enter(id, *room, std::move(newcomer), join.offer, false, now);
}

Session::Result Session::Handle(int32_t id, const ResumeRequest& resume, Now now) {
  auto claims = context_.resume_tokens.Verify(resume.resume, now.wall);
  if (!claims) return std::unexpected(std::move(claims.error()));
  Room* room = context_.rooms.Find(claims->room);
  if (!room || room->record().meeting != claims->meeting) {
    return Refuse(ErrorCode::kResumeExpired);
  }
  if (Participant* participant = room->Find(claims->participant)) {
    return ResumeMember(id, *room, *participant, resume, now);
  }
  if (Knock* knock = room->LobbyOf(claims->participant).Find(claims->participant)) {
    return ResumeWaiting(id, *room, *knock, resume, now);
  }
  // Of an earlier run: the server forgot its members, the token did not.
  if (claims->of_this_run) return Refuse(ErrorCode::kResumeExpired);
  // Who only waited was nobody yet.
  Newcomer newcomer{.id = claims->waiting ? std::string() : claims->participant,
                    .name = std::move(claims->name),
                    .person = std::move(claims->person),
                    .instance = std::move(claims->instance),
                    .role = claims->role,
                    .kind = ParticipantKind::kBrowser,
                    .by_token = claims->by_token,
                    .may_publish = claims->may_publish,
                    .publish = resume.publish.value_or(SourceKindSet()),
                    .sink = this};
  if (auto may = room->MayEnter(newcomer); !may) return std::unexpected(std::move(may.error()));
  newcomer.id = std::move(claims->participant);
  if (claims->waiting && room->lobby().locked()) return Refuse(ErrorCode::kRoomLocked);
  // Who waited for a webinar that went live meanwhile may have to knock.
  if (Lobby* lobby = claims->waiting ? room->LobbyFor(newcomer) : nullptr) {
    return Wait(id, *room, *lobby, std::move(newcomer), resume.offer, now);
  }
  return Enter(id, *room, std::move(newcomer), resume.offer, true, now);
}

Session::Result Session::Enter(int32_t id, Room& room, Newcomer newcomer,
                               const std::optional<SdpOffer>& offer, bool resumed, Now now) {
  if (auto space = room.HasSpace(); !space) return std::unexpected(std::move(space.error()));
  auto negotiated = Negotiate(room, offer);
  if (!negotiated) return std::unexpected(std::move(negotiated.error()));
  room_ = &room;
  participant_ = &room.Join(std::move(newcomer), negotiated->sources, std::move(negotiated->peer),
                            std::move(negotiated->media), now);
  std::optional<TransportOutcome> transport;
  if (resumed) transport = negotiated->answer ? TransportOutcome::kNew : TransportOutcome::kNone;
  return WriteJoinResult(id, Entered(std::move(negotiated->answer), transport, now));
}

std::expected<Session::Negotiated, Error> Session::Negotiate(Room& room,
                                                             const std::optional<SdpOffer>& offer) {
  auto peer = std::make_unique<PeerConnection>(context_, SimulcastOrder::kLowestFirst);
  Negotiated negotiated{.sources = room.NewSourceIds(), .peer = {}, .media = {}, .answer = {}};
  if (offer) {
    // Also of those who may send nothing yet: a role that is given later needs no offer.
    auto answered = peer->Answer(*offer, kAllSources, negotiated.sources, room.ChooseWorker());
    if (!answered) return std::unexpected(std::move(answered.error()));
    negotiated.answer = std::move(answered->answer);
    negotiated.media = std::move(answered->plan);
  }
  negotiated.peer = std::move(peer);
  return negotiated;
}

Session::Result Session::ResumeMember(int32_t id, Room& room, Participant& participant,
                                      const ResumeRequest& resume, Now now) {
  // First what can fail: then nothing has changed, and an earlier socket goes on.
  std::optional<std::string> answer;
  auto transport = participant.leg ? TransportOutcome::kKept : TransportOutcome::kNone;
  if (resume.offer) {
    auto answered = ConnectMedia(room, participant, *resume.offer);
    if (!answered) return std::unexpected(std::move(answered.error()));
    answer = *std::move(answered);
    transport = TransportOutcome::kNew;
    // Of a page that was loaded again: it shows nothing yet.
    participant.view.reset();
  }
  if (resume.publish) room.SetSources(participant, *resume.publish);
  room.Reconnect(participant, *this);
  room_ = &room;
  participant_ = &participant;
  return WriteJoinResult(id, Entered(std::move(answer), transport, now));
}

std::expected<std::string, Error> Session::ConnectMedia(Room& room, Participant& participant,
                                                        const SdpOffer& offer) {
  std::array<SourceId, kSourceKinds> sources;
  for (size_t i = 0; i < kSourceKinds; ++i) sources[i] = participant.sources[i].id;
  // Let in after a restart of the server, before they were back.
  if (!participant.peer) {
    participant.peer = std::make_unique<PeerConnection>(context_, SimulcastOrder::kLowestFirst);
  }
  const WorkerIndex worker = room.ChooseWorkerFor(participant);
  auto answered = PeerConnection::Of(participant)->Answer(offer, kAllSources, sources, worker);
  if (!answered) return std::unexpected(std::move(answered.error()));
  room.ConnectMedia(participant, std::move(answered->plan));
  return std::move(answered->answer);
}

std::expected<std::string, Error> Session::ConnectBeside(Room& room, Participant& participant,
                                                         const SdpOffer& offer) {
  if (!participant.move || participant.move->leg) {
    return std::unexpected(Error::BadField(
        "beside", "Another peer connection is made only when the server asks for it."));
  }
  std::array<SourceId, kSourceKinds> sources;
  for (size_t i = 0; i < kSourceKinds; ++i) sources[i] = participant.sources[i].id;
  auto peer = std::make_unique<PeerConnection>(context_, SimulcastOrder::kLowestFirst);
  auto answered = peer->Answer(offer, kAllSources, sources, participant.move->to);
  if (!answered) return std::unexpected(std::move(answered.error()));
  room.ConnectBeside(participant, std::move(peer), std::move(answered->plan));
  return std::move(answered->answer);
}

JoinResult Session::Entered(std::optional<std::string> answer,
                            std::optional<TransportOutcome> transport, Now now) {
  JoinResult result{.participant = participant_->id,
                    .resume = ResumeToken(now),
                    .role = participant_->role,
                    .answer = std::move(answer),
                    .sources = {},
                    .slots = {},
                    .room = room_->SnapshotFor(*participant_),
                    .transport = transport};
  for (const SourceKind kind : kAllSourceKinds) {
    const auto& source = participant_->source(kind);
    if (source.offered) result.sources[IndexOf(kind)] = source.id;
  }
  if (participant_->leg) result.slots = participant_->leg->slots();
  return result;
}

std::string Session::ResumeToken(Now now) const {
  return context_.resume_tokens.Make({.participant = participant_->id,
                                      .room = room_->record().name,
                                      .meeting = room_->record().meeting,
                                      .name = participant_->name,
                                      .person = participant_->person,
                                      .instance = participant_->instance,
                                      .role = participant_->granted_role,
                                      .may_publish = participant_->granted_publish},
                                     now.wall);
}

}  // namespace parley
