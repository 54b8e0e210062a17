// A session that is not let in at once: it waits in the room's lobby, outside of the room.

#include <utility>

#include "signaling/protocol/write_message.h"
#include "signaling/session/resume_tokens.h"
#include "signaling/session/session.h"

namespace parley {

Session::Result Session::Wait(int32_t id, Room& room, Lobby& lobby, Newcomer newcomer,
                              const std::optional<SdpOffer>& offer, Now now) {
  if (auto space = lobby.HasSpace(); !space) return std::unexpected(std::move(space.error()));
  auto negotiated = Negotiate(room, offer);
  if (!negotiated) return std::unexpected(std::move(negotiated.error()));
  if (newcomer.id.empty()) newcomer.id = room.NewParticipantId();
  newcomer.sink = nullptr;
  Knock knock;
  knock.newcomer = std::move(newcomer);
  knock.sources = negotiated->sources;
  knock.peer = std::move(negotiated->peer);
  knock.media = std::move(negotiated->media);
  knock.answer = std::move(negotiated->answer);
  knock.since = now.wall;
  knock.sink = this;
  return WaitingAnswer(id, room, lobby.Add(std::move(knock)), now);
}

// The place in the queue is kept. An offer is of a page that was loaded again, or of another run of
// the server.
Session::Result Session::ResumeWaiting(int32_t id, Room& room, Knock& knock,
                                       const ResumeRequest& resume, Now now) {
  if (resume.offer || !knock.peer) {
    auto negotiated = Negotiate(room, resume.offer);
    if (!negotiated) return std::unexpected(std::move(negotiated.error()));
    knock.sources = negotiated->sources;
    knock.peer = std::move(negotiated->peer);
    knock.media = std::move(negotiated->media);
    knock.answer = std::move(negotiated->answer);
  }
  if (resume.publish) knock.newcomer.publish = *resume.publish;
  room.LobbyOf(knock.newcomer.id).Reconnect(knock, *this);
  return WaitingAnswer(id, room, knock, now);
}

std::string Session::WaitingAnswer(int32_t id, Room& room, const Knock& knock, Now now) {
  lobby_of_ = &room;
  waiting_ = knock.newcomer.id;
  const RoomRecord& record = room.record();
  const Lobby& lobby = room.LobbyOf(waiting_);
  WaitingResult waiting{
      .resume = context_.resume_tokens.Make({.participant = waiting_,
                                             .room = record.name,
                                             .meeting = record.meeting,
                                             .name = knock.newcomer.name,
                                             .person = knock.newcomer.person,
                                             .instance = knock.newcomer.instance,
                                             .role = knock.newcomer.role,
                                             .may_publish = knock.newcomer.may_publish,
                                             .waiting = true,
                                             .by_token = knock.newcomer.by_token},
                                            now.wall),
      .title = record.title,
      .place = lobby.has_places() ? lobby.PlaceOf(waiting_) : 0,
      .members = {}};
  room.AddToWaiting(waiting);
  return WriteWaitingResult(id, waiting);
}

Session::Result Session::StopWaiting(int32_t id) {
  std::exchange(lobby_of_, nullptr)->LobbyOf(waiting_).Leave(waiting_);
  close_after_ = CloseCode::kLeft;
  return WriteEmptyResult(id);
}

void Session::OnPlace(size_t place) { Deliver(WriteLobbyPlace(place)); }

void Session::OnAdmitted(Room& room, Participant& participant, std::optional<std::string> answer,
                         Now now) {
  lobby_of_ = nullptr;
  room_ = &room;
  participant_ = &participant;
  room.Reconnect(participant, *this);
  Deliver(WriteLobbyAdmitted(Entered(std::move(answer), std::nullopt, now)));
}

void Session::OnTurnedAway(CloseCode code, std::string_view message) {
  lobby_of_ = nullptr;
  if (code == CloseCode::kDenied) Deliver(WriteLobbyDenied(message));
  if (code == CloseCode::kEnded) Deliver(WriteEnded(std::nullopt));
  if (!closed_) CloseWith(code);
}

}  // namespace parley
