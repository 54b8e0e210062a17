#pragma once

// Who may try the passcode of a room. Five wrong ones from an address (an IPv6 /64 counts as one)
// make it wait, a minute first and then ever longer (Lockout). A room never locks as a whole, which
// would keep out those who know the passcode: where a hundred wrong ones came from wherever, each
// address has one free try instead of five. Signaling thread; bounded as Lockout.

#include <expected>
#include <optional>
#include <string>

#include "sfu/base/lockout.h"
#include "sfu/base/socket_address.h"
#include "sfu/base/units.h"
#include "signaling/protocol/error.h"
#include "signaling/room/room.h"

namespace parley {

class PasscodeGuard {
 public:
  static constexpr int kRoomTries = 100;

  // Whether whoever came by an invitation may go on. Errors: passcode_required, passcode_wrong,
  // too_many_requests.
  std::expected<void, Error> Check(Room& room, const std::optional<std::string>& given,
                                   const SocketAddress& address, Timestamp now);

 private:
  Lockout addresses_;
  Lockout rooms_;
};

}  // namespace parley
