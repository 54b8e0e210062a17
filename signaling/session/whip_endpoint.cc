#include "signaling/session/whip_endpoint.h"

#include <memory>
#include <utility>

#include "signaling/protocol/refuse.h"
#include "signaling/room/display_name.h"
#include "signaling/room/room_registry.h"
#include "signaling/room/secrets.h"
#include "signaling/session/entry.h"
#include "signaling/session/join_limiter.h"
#include "signaling/session/peer_connection.h"

namespace parley {
namespace {

constexpr size_t kResourceBytes = 16;
constexpr size_t kEtagBytes = 6;

}  // namespace

WhipEndpoint::WhipEndpoint(SessionContext& context) : context_(context) {}

std::expected<WhipEndpoint::Created, Error> WhipEndpoint::Create(
    ParticipantKind kind, std::string_view room_name, std::string_view bearer,
    std::string_view offer, const SocketAddress& peer_address, Now now) {
  if (context_.rooms.closing()) return Refuse(ErrorCode::kClosing);
  if (const Duration wait = context_.joins.Take(peer_address, now.steady);
      wait != Duration::Zero()) {
    Error error = Error::Of(ErrorCode::kTooManyRequests);
    error.retry_after_ms = wait.ms() + 1;
    return std::unexpected(std::move(error));
  }
  Room* room = context_.rooms.Find(room_name);
  if (!room) return Refuse(ErrorCode::kRoomNotFound);
  auto entry = EnterByToken(*room, bearer, context_.tokens, now.wall);
  if (!entry) return std::unexpected(std::move(entry.error()));
  if (room->lobby().locked() && !Hosts(entry->role)) return Refuse(ErrorCode::kRoomLocked);
  const bool sends = kind == ParticipantKind::kWhip;
  if (sends && entry->may_publish.none()) return Refuse(ErrorCode::kForbidden);
  if (auto space = room->HasSpace(); !space) return std::unexpected(std::move(space.error()));

  const SourceKindSet may_publish = sends ? entry->may_publish : SourceKindSet();
  auto name = NormalizeDisplayName(entry->name, context_.limits.name_characters);
  Newcomer newcomer{.id = {},
                    .name = name    ? *std::move(name)
                            : sends ? "WHIP"
                                    : "WHEP",
                    .person = PersonOf(*entry, {}),
                    .role = entry->role,
                    .kind = kind,
                    .by_token = true,
                    .may_publish = may_publish,
                    .publish = may_publish,
                    .sink = nullptr};
  if (auto may = room->MayEnter(newcomer); !may) return std::unexpected(std::move(may.error()));
  if (const Lobby* lobby = room->LobbyFor(newcomer)) {
    return std::unexpected(Error::Of(ErrorCode::kForbidden,
                                     lobby == &room->lobby()
                                         ? "Everybody waits in this meeting's lobby, which neither "
                                           "WHIP nor WHEP can."
                                         : "The webinar has not begun."));
  }
  const auto sources = room->NewSourceIds();
  auto peer = std::make_unique<PeerConnection>(context_, SimulcastOrder::kHighestFirst);
  auto answered = peer->Answer({.sdp = std::string(offer), .sources_by_mid = {}}, may_publish,
                               sources, room->ChooseWorker());
  if (!answered) return std::unexpected(std::move(answered.error()));

  const Participant& participant =
      room->Join(std::move(newcomer), sources, std::move(peer), std::move(answered->plan), now);
  context_.rooms.Flush();

  std::erase_if(resources_, [&](const auto& entry) { return !ParticipantOf(entry.second); });
  Created created{.resource = RandomBase64Url(context_.random, kResourceBytes),
                  .etag = NewEtag(),
                  .answer = std::move(answered->answer)};
  resources_[created.resource] = {
      .room = room->record().name, .participant = participant.id, .etag = created.etag};
  return created;
}

std::expected<WhipEndpoint::Patched, Error> WhipEndpoint::Patch(std::string_view resource,
                                                                std::string_view bearer,
                                                                std::string_view if_match,
                                                                std::string_view fragment,
                                                                Now now) {
  auto found = Find(resource, bearer, now);
  if (!found) return std::unexpected(std::move(found.error()));
  auto& [entry, room, participant] = *found;
  // RFC 9725 section 4.3.1: trickling names the ICE session; a restart names none.
  if (!if_match.empty() && if_match != "*" && if_match != entry.etag) {
    return std::unexpected(Error::BadField("if-match", "The ICE session was restarted since."));
  }
  auto patched = PeerConnection::Of(participant)->Patch(fragment);
  if (!patched) return std::unexpected(std::move(patched.error()));
  if (patched->restarted) {
    room.RestartIce(participant, std::move(patched->local_ice), std::move(patched->remote_ice));
    entry.etag = NewEtag();
  }
  return Patched{.etag = entry.etag, .fragment = std::move(patched->answer)};
}

std::expected<void, Error> WhipEndpoint::Delete(std::string_view resource, std::string_view bearer,
                                                Now now) {
  auto found = Find(resource, bearer, now);
  if (!found) return std::unexpected(std::move(found.error()));
  found->room.Leave(found->participant, LeaveReason::kLeft, now);
  resources_.erase(std::string(resource));
  context_.rooms.Flush();
  return {};
}

std::expected<WhipEndpoint::Found, Error> WhipEndpoint::Find(std::string_view resource,
                                                             std::string_view bearer, Now now) {
  const auto entry = resources_.find(std::string(resource));
  if (entry == resources_.end()) return Refuse(ErrorCode::kParticipantNotFound);
  Participant* participant = ParticipantOf(entry->second);
  if (!participant) {
    resources_.erase(entry);
    return Refuse(ErrorCode::kParticipantNotFound);
  }
  Room& room = *context_.rooms.Find(entry->second.room);
  auto may = EnterByToken(room, bearer, context_.tokens, now.wall);
  if (!may) return std::unexpected(std::move(may.error()));
  return Found{.resource = entry->second, .room = room, .participant = *participant};
}

Participant* WhipEndpoint::ParticipantOf(const Resource& resource) {
  Room* room = context_.rooms.Find(resource.room);
  return room ? room->Find(resource.participant) : nullptr;
}

std::string WhipEndpoint::NewEtag() { return RandomBase32(context_.random, kEtagBytes); }

}  // namespace parley
