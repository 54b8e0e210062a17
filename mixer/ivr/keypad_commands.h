#pragma once

// Keys that a caller presses in a room, as commands: a star, then what is meant. A star that
// nothing follows in time is forgotten; keys without a star are not for us. Value, one per call, on
// the mixer's thread; nothing allocates.

#include <cstdint>
#include <optional>

#include "mixer/port/phone_words.h"
#include "sfu/base/units.h"

namespace parley {

class KeypadCommands {
 public:
  static constexpr Duration kPatience = Duration::Seconds(4);

  std::optional<KeypadCommand> HandleKey(char key, bool host, Timestamp now);

 private:
  std::optional<Timestamp> star_at_;
};

}  // namespace parley
