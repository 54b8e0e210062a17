#pragma once

// The text of a room's stats (PROTOCOL.md, "Stats"). Pure; signaling thread.

#include <string>
#include <unordered_map>

#include "sfu/port/room_stats.h"
#include "signaling/room/now.h"

namespace parley {

class Room;

// `complete`: every worker has told what it knows.
std::string WriteRoomStats(const Room& room,
                           const std::unordered_map<TransportId, PeerStats>& peers, bool complete,
                           Now now);

}  // namespace parley
