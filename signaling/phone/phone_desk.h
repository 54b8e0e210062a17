#pragma once

// Where calls and rooms meet: looks PINs up, lets callers in or into the lobby, keeps keypad and
// web of one mind, and has rooms call telephones where the operator allows it. Signaling thread;
// owned by main, outlived by the registry and the port.

#include <array>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>

#include "mixer/port/phone_events.h"
#include "mixer/port/phone_port.h"
#include "sfu/base/random.h"
#include "signaling/phone/dial_desk.h"
#include "signaling/phone/phone_caller.h"
#include "signaling/phone/room_listeners.h"
#include "signaling/phone/trunk_board.h"
#include "signaling/room/now.h"
#include "signaling/room/room_registry.h"

namespace parley {

class PhoneDesk {
 public:
  PhoneDesk(RoomRegistry& rooms, PhonePort& phones, RandomSource& random, DialConfig dialling = {},
            TrunkBoard trunks = {{}, {}});
  ~PhoneDesk();
  PhoneDesk(const PhoneDesk&) = delete;
  PhoneDesk& operator=(const PhoneDesk&) = delete;

  // Whatever the phone thread reported since the last call; call it every turn, with nothing too:
  // rooms let go of callers in between.
  void HandleEvents(std::span<const PhoneEvent> events, Now now);

  // In rooms and lobbies.
  size_t caller_count() const { return callers_.size(); }
  const DialDesk& dials() const { return dials_; }
  const TrunkBoard& trunks() const { return trunks_; }

 private:
  struct Arrival {
    PhoneCallId call;
    uint32_t request = 0;
    std::string name;
  };
  struct Prepared {
    PhoneCaller& caller;
    Newcomer newcomer;
    std::array<SourceId, kSourceKinds> sources;
    MediaPlan media;
  };

  void Handle(const PinEntered& event, Now now);
  void Handle(const CallCommanded& event, Now now);
  void Handle(const PhoneCallEnded& event, Now now);
  void Handle(const DialChanged& event, Now) { dials_.Handle(event); }
  void Handle(const DialConfirmed& event, Now now);
  void Handle(const TrunkReported& event, Now now) { trunks_.Handle(event, now); }
  // Who is put from one room into another.
  void LeaveEarlier(PhoneCallId call, Now now);
  // As a participant; its id.
  std::string Join(Arrival arrival, Room& room, Role role, Now now);
  // Into the queue of that lobby.
  void Queue(Arrival arrival, Room& room, Lobby& lobby, Role role, Now now);
  Prepared Prepare(Arrival arrival, Room& room, Role role);
  // Callers whom their rooms let go of.
  void Sweep();

  RoomRegistry& rooms_;
  PhonePort& phones_;
  RandomSource& random_;
  RoomListeners listeners_;
  PhoneCaller::Desk shared_;
  DialDesk dials_;
  TrunkBoard trunks_;
  std::unordered_map<PhoneCallId, std::unique_ptr<PhoneCaller>> callers_;
  Now now_{};  // of the last events, for what happens when the desk itself goes
};

}  // namespace parley
