#pragma once

// How the server stands with a telephone provider, as the API shows it; signaling/phone keeps it.
// No account, number or password is in it. Values, signaling thread.

#include <optional>
#include <string>
#include <string_view>

#include "sfu/base/units.h"

namespace parley {

struct TrunkStanding {
  enum class State : uint8_t {
    kUnwatched,   // an address that may send calls: nobody asks it anything
    kConnecting,  // nothing has come back yet
    kRegistered,
    kDown,
  };

  std::string name;  // host or address, with the port where one is configured
  State state = State::kConnecting;
  WallTime since;           // of the state
  std::string_view reason;  // while kDown: "unknown_name", "no_answer", "refused" or "failed"
  int status = 0;           // while kDown: of SIP, that says so; 0: none
  std::optional<WallTime> next_try;  // while kDown; none: tried now
};

}  // namespace parley
