#pragma once

// Where calls and rooms meet: looks PINs up, lets callers in or into the lobby, and keeps keypad
// and web of one mind. Signaling thread; owned by main, outlived by the registry and the port.

#include <memory>
#include <span>
#include <unordered_map>

#include "mixer/port/phone_events.h"
#include "mixer/port/phone_port.h"
#include "sfu/base/random.h"
#include "signaling/phone/phone_caller.h"
#include "signaling/phone/room_listeners.h"
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

  // In rooms and lobbies.
  size_t caller_count() const { return callers_.size(); }

 private:
  void Handle(const PinEntered& event, Now now);
  void Handle(const CallCommanded& event, Now now);
  void Handle(const PhoneCallEnded& event, Now now);
  void LetIn(const PinEntered& event, Room& room, Role role, bool through_lobby, Now now);
  // Callers whom their rooms let go of.
  void Sweep();

  RoomRegistry& rooms_;
  PhonePort& phones_;
  RandomSource& random_;
  RoomListeners listeners_;
  PhoneCaller::Desk shared_;
  std::unordered_map<PhoneCallId, std::unique_ptr<PhoneCaller>> callers_;
  Now now_{};  // of the last events, for what happens when the desk itself goes
};

}  // namespace parley
