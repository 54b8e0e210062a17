#pragma once

// What a JWT allows its bearer, and the border behind which its signature is checked (api has the
// keys). Signaling thread.

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "sfu/base/units.h"
#include "signaling/protocol/error.h"
#include "signaling/protocol/types.h"

namespace parley {

struct Grants {
  static constexpr Duration kTicketLife = Duration::Seconds(12 * 3600);

  std::string room;  // a room's name, or "*" for all
  Role role = Role::kPanelist;
  std::string name;          // shown name; empty when the token has none
  std::string subject = {};  // `sub`: whose it is; empty when it may be anybody's
  SourceKindSet publish;     // after the role's defaults
  bool create_rooms = false;
  std::optional<bool> recordings = {};  // whether it lists, reads and deletes them; else by role
  std::string recording = {};  // the token is a ticket: it reads this recording, and covers no room
  WallTime expires_at;

  bool Covers(std::string_view room_name) const { return room == "*" || room == room_name; }
  bool ManagesRecordings() const { return recordings.value_or(role == Role::kHost); }
};

class TokenVerifier {
 public:
  virtual ~TokenVerifier() = default;
  // Signature, algorithm, issuer and times; the caller holds `room` to the room at hand. Errors:
  // token_invalid, token_expired.
  virtual std::expected<Grants, Error> Verify(std::string_view token, WallTime now) const = 0;
  // A ticket to one recording, good for Grants::kTicketLife; empty when no key can sign.
  virtual std::string MakeTicket(std::string_view /*recording*/, WallTime /*now*/) const {
    return {};
  }
};

}  // namespace parley
