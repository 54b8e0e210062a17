#pragma once

// What the signaling thread asks of the phone thread. Plain values, applied in the order sent,
// within a tick. A command that names a call or room that is gone is ignored: it crossed with the
// end of it.

#include <array>
#include <cstdint>
#include <string>
#include <variant>

#include "mixer/port/phone_words.h"
#include "sfu/base/ids.h"
#include "sfu/port/events.h"

namespace parley {

// How phones hear a room: a local transport of the SFU whose slots are the room's speaker seats.
// Decoded once for all phones of the room.
struct OpenPhoneRoom {
  RoomId room;
  TransportId listener;
  std::array<Ssrc, kSpeakerSeats> seats;
};
struct ClosePhoneRoom {
  RoomId room;
};

// Answers PinEntered, with anything but kRight.
struct AnswerPin {
  PhoneCallId call;
  uint32_t request = 0;
  PinVerdict verdict = PinVerdict::kWrong;
};
// Answers PinEntered, or ends the wait that kAdmission or kWaitForHost began: the caller is a
// participant of a room that OpenPhoneRoom named, and what they say goes to a local transport.
struct AdmitCall {
  PhoneCallId call;
  uint32_t request = 0;
  RoomId room;
  WorkerIndex worker;
  TransportId transport;
  SourceId source;
  Ssrc ssrc;
  PayloadType payload_type;
  uint8_t audio_level_id = 0;
  bool muted = false;
  bool host = false;
};
// A host did not let the waiting caller in.
struct RefuseCall {
  PhoneCallId call;
};
struct SetCallMuted {
  PhoneCallId call;
  bool muted = false;
};
struct SetCallHost {
  PhoneCallId call;
  bool host = false;
};
struct TellCall {
  PhoneCallId call;
  PhoneNotice notice{};
};
// The caller counts among them.
struct TellPeople {
  PhoneCallId call;
  uint32_t people = 0;
};
// Thrown out, or the conference is over: told so, then hung up.
struct RemoveCall {
  PhoneCallId call;
  bool conference_ended = false;
};

// Calls a number, in E.164 with its plus, through SwitchboardConfig::dial_trunk. Answered by
// DialChanged and DialConfirmed.
struct DialOut {
  DialId dial;
  std::string number;
  std::string language;  // "en" or "zh": of what whoever answers hears
};
// Nothing once it was confirmed.
struct CancelDial {
  DialId dial;
};

using PhoneCommand =
    std::variant<OpenPhoneRoom, ClosePhoneRoom, AnswerPin, AdmitCall, RefuseCall, SetCallMuted,
                 SetCallHost, TellCall, TellPeople, RemoveCall, DialOut, CancelDial>;

}  // namespace parley
