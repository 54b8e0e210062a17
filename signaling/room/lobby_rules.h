#pragma once

// Whom a room's lobby lets in by itself. Hosts and co-hosts never wait. A value; any thread.

#include <optional>

#include "signaling/protocol/error.h"
#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/json_writer.h"

namespace parley {

struct LobbyRules {
  bool tokens = true;     // bearers of tokens: somebody chose them
  bool returning = true;  // whoever a host let in before, in the same meeting
  bool callers = false;   // by phone: they know the PIN
  bool operator==(const LobbyRules&) const = default;
};

// From the object `name` of `fields`; a rule that is left out is as in `before`.
LobbyRules ReadLobbyRules(FieldReader& fields, const char* name, const LobbyRules& before,
                          std::optional<Error>& fault);
void WriteLobbyRules(JsonWriter& w, std::string_view key, const LobbyRules& rules);

}  // namespace parley
