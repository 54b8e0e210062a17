#pragma once

// What all rooms of a server share: the way to the workers, the store, randomness, limits, and the
// counters whose values are unique in the process. Owned by RoomRegistry; signaling thread.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/base/random.h"
#include "sfu/port/media_port.h"
#include "signaling/protocol/messages.h"
#include "signaling/room/feature.h"
#include "signaling/room/limits.h"
#include "signaling/room/playback.h"
#include "signaling/room/room_store.h"
#include "signaling/room/worker_placement.h"

namespace parley {

class DialPort;
class EventPort;
class BroadcastPort;
class RecordingPort;
class Room;

// Numbers that lead into one room and ask for no PIN, by its name.
using OwnNumbers = std::map<std::string, std::vector<std::string>, std::less<>>;

struct RoomEnvironment {
  MediaPort& media;
  RoomStore& store;
  RandomSource& random;
  const Limits& limits;
  const FeatureList features;  // each room has one of each

  WorkerPlacement placement;
  uint32_t next_source = 1;
  uint32_t next_transport = 1;
  size_t participants = 0;
  PlaybackTotals playback = {};           // of everybody since the start
  size_t waiting = 0;                     // in lobbies
  RecordingPort* recording = nullptr;     // null: this server does not record
  DialPort* dial = nullptr;               // null: this server calls nobody
  BroadcastPort* broadcasting = nullptr;  // null: this server shows nothing live
  EventPort* events = nullptr;            // null: nobody outside is told
  // That reach this server; nothing where there are no phones.
  std::optional<std::vector<std::string>> phone_numbers;
  OwnNumbers own_numbers = {};
  std::unordered_map<TransportId, Room*> room_of_transport;
  // Rooms with slot maps to work out and send.
  std::vector<Room*> stale;

  // How to come into that room by telephone; nothing where there are no phones.
  std::optional<DialIn> DialInOf(const RoomRecord& room) const {
    if (!phone_numbers) return std::nullopt;
    DialIn dial_in{.numbers = *phone_numbers, .pin = room.pin};
    if (const auto own = own_numbers.find(room.name); own != own_numbers.end()) {
      dial_in.own_numbers = own->second;
    }
    return dial_in;
  }
  SourceId NewSource() { return SourceId(next_source++); }
  TransportId NewTransport() { return TransportId(next_transport++); }
  void SendToAll(const Command& command) {
    for (int i = 0; i < media.worker_count(); ++i) {
      media.Send(WorkerIndex(static_cast<uint8_t>(i)), command);
    }
  }
};

}  // namespace parley
