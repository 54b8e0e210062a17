#pragma once

// What the phone thread tells the signaling thread. Plain values, in the order they happened.
// Numbers, names and PINs in them are never logged.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "mixer/port/phone_words.h"
#include "sfu/base/units.h"

namespace parley {

// To be answered by AnswerPin or AdmitCall naming the request; ten seconds later it is too late. Of
// a caller who is in a room: they are to be in that of the PIN instead, if it is right.
struct PinEntered {
  PhoneCallId call;
  uint32_t request = 0;
  std::string pin;
  std::string room;         // in place of a PIN: whose own number was dialled
  std::string caller;       // the number or user that calls; may be empty or "anonymous"
  std::string caller_name;  // as the caller says; may be empty
};
// The caller's keys ask for something that only the room can do.
struct CallCommanded {
  PhoneCallId call;
  KeypadCommand command{};
};
// The last event of a call; only of calls that entered a PIN, or that we made and that confirmed.
struct PhoneCallEnded {
  PhoneCallId call;
};
// Of a call that we make; none after one that is over, or after DialConfirmed.
struct DialChanged {
  DialId dial;
  DialProgress progress{};
};
// Whoever answered pressed the key that lets them in. To be answered like PinEntered.
struct DialConfirmed {
  DialId dial;
  PhoneCallId call;
  uint32_t request = 0;
};
// How we stand with a provider where we register, by its place among AgentConfig::trunks; told when
// anything of it changes.
struct TrunkReported {
  size_t trunk = 0;
  bool registered = false;
  TrunkFault fault{};
  int status = 0;                     // of SIP, that says so; 0: none
  std::optional<Timestamp> next_try;  // of the steady clock; none: tried now, or registered
};

using PhoneEvent = std::variant<PinEntered, CallCommanded, PhoneCallEnded, DialChanged,
                                DialConfirmed, TrunkReported>;

}  // namespace parley
