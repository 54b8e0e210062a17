// A webinar before it goes live (PROTOCOL.md, "Practice").

#include "signaling/protocol/json_writer.h"
#include "signaling/room/recording_port.h"
#include "signaling/room/room.h"

namespace parley {

Lobby* Room::LobbyFor(const Newcomer& newcomer) {
  if (WaitsForLive(newcomer.role)) return &foyer_;
  return record_.lobby && !LobbyAdmits(newcomer) ? &lobby_ : nullptr;
}

bool Room::LobbyAdmits(const Newcomer& newcomer) const {
  const LobbyRules& admits = record_.lobby_admits;
  return Hosts(newcomer.role) || (admits.tokens && newcomer.by_token) ||
         (admits.returning && lobby_.Knows(newcomer.person)) ||
         (admits.callers && newcomer.kind == ParticipantKind::kPhone);
}

std::expected<void, Error> Room::GoLive(Now now) {
  if (!record_.webinar) {
    return std::unexpected(
        Error::Of(ErrorCode::kBadRequest, "This is no webinar: everybody is in already."));
  }
  if (live_) return {};
  live_ = true;
  for (const auto& feature : features_) feature->OnLive();
  TellOutside("webinar.live", WriteObject([&](JsonWriter& w) {
                WriteField(w, "waiting", static_cast<int64_t>(foyer_.queue().size()));
              }));
  if (!participants_.empty() && environment_.recording)
    environment_.recording->HandleLive(*this, now);
  EmptyFoyer(now);
  return {};
}

void Room::EmptyFoyer(Now now) {
  while (!foyer_.queue().empty()) {
    const Knock& first = *foyer_.queue().front();
    const std::string id = first.newcomer.id;
    if (LobbyFor(first.newcomer)) {
      if (!lobby_.HasSpace()) return;
      foyer_.Move(id, lobby_);
    } else if (!foyer_.Admit(*this, id, now)) {
      return;
    }
  }
}

}  // namespace parley
