#pragma once

// The phones as the signaling thread sees them: a place for commands. mixer/phone implements it
// over a ring; tests implement it with a list. Signaling thread only.

#include "mixer/port/phone_commands.h"

namespace parley {

class PhonePort {
 public:
  virtual ~PhonePort() = default;
  // Never blocks and never loses a command: what the ring cannot take waits in order.
  virtual void Send(PhoneCommand command) = 0;
};

}  // namespace parley
