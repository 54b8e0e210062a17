#pragma once

// One room: who is in it, what was said, and the version that counts its changes. Every change is
// told to everyone as one event. Signaling thread; bounded by Limits.

#include <cstddef>
#include <string_view>

#include "signaling/room/room_store.h"

namespace parley {

class Room {
 public:
  const RoomRecord& record() const { return record_; }
  size_t participant_count() const;
  // In constant time for secrets of the same length.
  bool InviteMatches(std::string_view secret) const;

 private:
  RoomRecord record_;
};

}  // namespace parley
