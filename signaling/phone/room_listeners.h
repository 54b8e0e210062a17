#pragma once

// Of each room with phones the local transport through which they hear it: opened with the room's
// first caller, closed with its last. Signaling thread; as many as rooms with phones.

#include <cstddef>
#include <unordered_map>

#include "mixer/port/phone_port.h"
#include "sfu/base/ids.h"
#include "sfu/base/random.h"
#include "signaling/room/room_registry.h"

namespace parley {

class RoomListeners {
 public:
  // All outlive it.
  RoomListeners(RoomRegistry& rooms, PhonePort& phones, RandomSource& random)
      : rooms_(rooms), phones_(phones), random_(random) {}

  // Once a caller; `worker` is the caller's.
  void Listen(Room& room, WorkerIndex worker);
  // Once a caller; the room may be gone.
  void StopListening(RoomId room);

 private:
  struct Listening {
    TransportId listener;
    size_t callers = 0;
  };

  RoomRegistry& rooms_;
  PhonePort& phones_;
  RandomSource& random_;
  std::unordered_map<RoomId, Listening> listening_;
};

}  // namespace parley
