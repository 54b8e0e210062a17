#pragma once

// The way from a room to whoever records it; signaling/recording implements it. Signaling thread.

#include <cstdint>
#include <expected>
#include <string>

#include "signaling/protocol/error.h"
#include "signaling/protocol/requests.h"
#include "signaling/room/now.h"

namespace parley {

class Room;

class RecordingPort {
 public:
  virtual ~RecordingPort() = default;
  // The recording's id. Errors: bad_request (field "action") when the action does not fit what is
  // going on, server_full when the disk or the server has no room for another, internal.
  virtual std::expected<std::string, Error> Record(Room& room, RecordAction action, Now now) = 0;
  // Somebody is the first in the room.
  virtual void HandleOpened(Room& room, Now now) = 0;
  // A webinar goes live, with somebody in it.
  virtual void HandleLive(Room& room, Now now) = 0;
};

}  // namespace parley
