#pragma once

// Keys that a caller presses in a room, as commands: a star, then what is meant. A star that
// nothing follows in time is forgotten; keys without a star are not for us. Value, one per call, on
// the mixer's thread; nothing allocates.

#include <cstdint>
#include <optional>

#include "sfu/base/units.h"

namespace parley {

enum class KeypadCommand : uint8_t {
  kToggleMute,       // *6
  kToggleHand,       // *9
  kListKeys,         // *#
  kCountPeople,      // *1
  kMuteAll,          // *3, hosts
  kToggleLock,       // *5, hosts
  kToggleRecording,  // *7, hosts
  kNotAllowed,       // a host's, from somebody who is none
  kUnknown,          // a star and something else
};

class KeypadCommands {
 public:
  static constexpr Duration kPatience = Duration::Seconds(4);

  std::optional<KeypadCommand> HandleKey(char key, bool host, Timestamp now);

 private:
  std::optional<Timestamp> star_at_;
};

}  // namespace parley
