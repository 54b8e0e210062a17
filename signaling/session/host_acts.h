#pragma once

// What hosts do to the meeting and to those in it that belongs to no feature: muting, removing,
// naming callers, recording, ending. The same for a member and for whoever acts over HTTP. Each is
// asked with `from`, whose role decides, and answers with the `data` of its result. Signaling
// thread; holds nothing.

#include <expected>
#include <string>

#include "signaling/protocol/error.h"
#include "signaling/protocol/requests.h"
#include "signaling/room/now.h"
#include "signaling/room/room.h"

namespace parley {

class RoomRegistry;
class TokenVerifier;
struct Limits;

class HostActs {
 public:
  using Result = std::expected<std::string, Error>;

  HostActs(RoomRegistry& rooms, const TokenVerifier& tokens, const Limits& limits)
      : rooms_(rooms), tokens_(tokens), limits_(limits) {}

  // Of a caller by phone, who cannot say it themselves.
  Result Do(Room& room, const Participant& from, const RenameRequest& rename, Now now) const;
  Result Do(Room& room, const Participant& from, const MuteRequest& mute, Now now) const;
  Result Do(Room& room, const Participant& from, const RemoveRequest& remove, Now now) const;
  Result Do(Room& room, const Participant& from, const RecordRequest& record, Now now) const;
  Result Do(Room& room, const Participant& from, const EndRequest& end, Now now) const;

 private:
  RoomRegistry& rooms_;
  const TokenVerifier& tokens_;
  const Limits& limits_;
};

}  // namespace parley
