#include "signaling/room/lobby_rules.h"

namespace parley {

LobbyRules ReadLobbyRules(FieldReader& fields, const char* name, const LobbyRules& before,
                          std::optional<Error>& fault) {
  const auto* object = fields.OptionalObject(name);
  if (!object) return before;
  FieldReader rules(object, fault, name);
  return {.tokens = rules.OptionalBool("tokens", before.tokens),
          .returning = rules.OptionalBool("returning", before.returning),
          .callers = rules.OptionalBool("callers", before.callers)};
}

void WriteLobbyRules(JsonWriter& w, std::string_view key, const LobbyRules& rules) {
  WriteObject(w, key, [&](JsonWriter& members) {
    WriteFlag(members, "tokens", rules.tokens);
    WriteFlag(members, "returning", rules.returning);
    WriteFlag(members, "callers", rules.callers);
  });
}

}  // namespace parley
