#pragma once

// Where calls and rooms meet: looks PINs up, makes callers participants, and keeps keypad and web
// of one mind. Of each room with phones it also keeps the local transport through which they hear
// it. Signaling thread; owned by main, outlived by the registry and the port.

#include <memory>
#include <span>
#include <string>
#include <unordered_map>

#include "mixer/port/phone_events.h"
#include "mixer/port/phone_port.h"
#include "sfu/base/ids.h"
#include "sfu/base/random.h"
#include "signaling/room/now.h"
#include "signaling/room/room_registry.h"

namespace parley {

class PhoneDesk {
 public:
  PhoneDesk(RoomRegistry& rooms, PhonePort& phones, RandomSource& random);
  ~PhoneDesk();
  PhoneDesk(const PhoneDesk&) = delete;
  PhoneDesk& operator=(const PhoneDesk&) = delete;

  // Whatever the phone thread reported since the last call; call it every turn, with nothing too:
  // rooms let go of callers in between.
  void HandleEvents(std::span<const PhoneEvent> events, Now now);

  size_t caller_count() const { return callers_.size(); }

 private:
  class Caller;
  // How a room's phones hear it.
  struct Listening {
    TransportId listener;
    size_t callers = 0;
  };

  void Handle(const PinEntered& event, Now now);
  void Handle(const CallCommanded& event, Now now);
  void Handle(const PhoneCallEnded& event, Now now);
  void Admit(const PinEntered& event, Room& room, Now now);
  void Listen(Room& room, WorkerIndex worker);
  void StopListening(RoomId room);
  // Callers whom their rooms let go of.
  void Sweep();

  RoomRegistry& rooms_;
  PhonePort& phones_;
  RandomSource& random_;
  std::unordered_map<PhoneCallId, std::unique_ptr<Caller>> callers_;
  std::unordered_map<RoomId, Listening> listening_;
  bool sweep_ = false;
  Now now_{};  // of the last events, for what happens when the desk itself goes
};

}  // namespace parley
