#pragma once

// The way from a room to telephones that it calls; signaling/phone implements it. Signaling thread.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "signaling/protocol/error.h"
#include "signaling/room/now.h"

namespace parley {

class Room;

// From kJoined on it is over.
enum class DialState : uint8_t {
  kCalling,
  kRinging,
  kAnswered,  // somebody, or a machine: they have not pressed the key yet
  kJoined,
  kBusy,
  kNoAnswer,
  kDeclined,
  kUnknownNumber,
  kNotConfirmed,
  kCancelled,
  kRoomFull,
  kFailed,
};
constexpr bool IsOver(DialState state) { return state >= DialState::kJoined; }
std::string_view ToString(DialState state);

// Whoever tells those who may know.
class DialListener {
 public:
  virtual ~DialListener() = default;
  // `participant`: who they are in the room, with kJoined; else empty.
  virtual void OnDial(std::string_view call, DialState state, std::string_view participant) = 0;
};

struct DialWish {
  std::string number;    // as typed
  std::string name;      // that the room will see; empty: the number with its middle hidden
  std::string by;        // participant's id
  bool chinese = false;  // what whoever answers hears
};
struct DialBegun {
  std::string call;
  std::string name;
};

class DialPort {
 public:
  virtual ~DialPort() = default;
  // Begins; the rest goes to `listener`, which lives as long as the room or until HangUpAll().
  // Errors: emergency_number and number_refused (before anything leaves), too_many_requests,
  // room_full, server_full, name_invalid, closing.
  virtual std::expected<DialBegun, Error> Dial(Room& room, DialWish wish, DialListener& listener,
                                               Now now) = 0;
  // False when there is no such call, or it is over. Told to the listener before it returns.
  virtual bool HangUp(const Room& room, std::string_view call) = 0;
  // Those that are under way; nothing is told.
  virtual void HangUpAll(const Room& room) = 0;
};

}  // namespace parley
