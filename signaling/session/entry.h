#pragma once

// The door of a room: what somebody with an invitation's secret or a token may do inside. Signaling
// thread.

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "signaling/protocol/error.h"
#include "signaling/protocol/types.h"
#include "signaling/room/room.h"
#include "signaling/session/token_verifier.h"

namespace parley {

struct Entry {
  Role role = Role::kPanelist;
  SourceKindSet may_publish;
  std::string name;          // the token's; empty for an invitation
  std::string subject = {};  // the token's
};

// Errors: link_invalid.
std::expected<Entry, Error> EnterByInvite(const Room& room, std::string_view invite);
// Errors: token_invalid, token_expired.
std::expected<Entry, Error> EnterByToken(const Room& room, std::string_view token,
                                         const TokenVerifier& tokens, WallTime now);

// What is known of an installation by the name it gives itself, perhaps empty: Newcomer::instance.
std::string InstanceOf(std::string_view name);
// Newcomer::person. Whom a token names is known for certain; of a browser there is only what it
// says of itself.
std::string PersonOf(const Entry& entry, std::string_view instance);

}  // namespace parley
