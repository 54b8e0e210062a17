#pragma once

// The small vocabularies that the signaling thread and the phone thread share. Values, any thread.

#include <cstdint>

#include "sfu/base/ids.h"

namespace parley {

// A call, unique in the process.
using PhoneCallId = StrongId<struct PhoneCallTag, uint64_t>;

// A call that we make, named by the signaling thread; unique in the process.
using DialId = StrongId<struct DialTag, uint64_t>;

// How a call that we make gets on; from kBusy on it is over.
enum class DialProgress : uint8_t {
  kRinging,
  kAnswered,  // by somebody who has not confirmed yet
  kBusy,
  kNoAnswer,
  kDeclined,
  kUnknownNumber,
  kNotConfirmed,  // answered, and no key pressed: perhaps a machine
  kCancelled,     // by us
  kFailed,        // no way there, or too many calls
};

// Why a provider does not have us registered.
enum class TrunkFault : uint8_t {
  kNone,         // it has, or has not answered yet
  kUnknownName,  // to DNS
  kNoAnswer,
  kRefused,  // us: name, password or realm
  kFailed,   // with another status
};

// What a PIN turned out to be.
enum class PinVerdict : uint8_t {
  kRight,        // in
  kAdmission,    // right, and a host must let the caller in
  kWaitForHost,  // right, and nobody is there yet who could
  kWrong,
  kRoomFull,
  kRoomLocked,
  kUnavailable,
};

// What a caller's keys in a room mean.
enum class KeypadCommand : uint8_t {
  kToggleMute,   // *6
  kToggleHand,   // *9
  kListKeys,     // *#
  kCountPeople,  // *1
  kMuteAll,      // *3, hosts
  kToggleLock,   // *5, hosts
  kConsent,      // *2: to be recorded, or not any more
  kAdmitNext,    // *7, hosts
  kNotAllowed,   // a host's, from somebody who is none
  kUnknown,      // a star and something else
};

// Something that is said to a caller in the room, or to one who waits where it says so.
enum class PhoneNotice : uint8_t {
  kHostArrived,  // of those who wait
  kMuted,
  kUnmuted,
  kMutedByHost,
  kUnmuteAsked,
  kUnmuteRefused,
  kHandRaised,
  kHandLowered,
  kAllMuted,
  kRoomLocked,
  kRoomUnlocked,
  kSomebodyKnocks,
  kLetIn,
  kNobodyWaits,
  kRoomFull,
  kHost,        // the caller is one now
  kNoHost,      // ... is none any more
  kInAudience,  // listens, and may ask to speak
  kOnStage,     // may speak now
  kRecordingStarted,
  kRecordingStopped,
  kConsentAsked,  // recorded, and the caller's voice only with their word
  kConsentGiven,
  kConsentTaken,
  kNotRecorded,
  kAnnouncement,    // in writing: a tone, and where it stands
  kSomebodyJoined,  // a tone
  kSomebodyLeft,    // a tone
  kNotAllowed,
};

}  // namespace parley
