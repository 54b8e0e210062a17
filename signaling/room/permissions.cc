#include "signaling/room/permissions.h"

#include <rapidjson/document.h>

#include "sfu/base/check.h"
#include "signaling/room/permissions_json.h"

namespace parley {
namespace {

// By action, then by role.
using Table = std::array<std::array<bool, kRoles>, kActionNames.size()>;

// Our own file: whatever is wrong with it is a bug that no test lets pass.
Table Read() {
  rapidjson::Document document;
  document.Parse(kPermissionsJson);
  PARLEY_CHECK(!document.HasParseError());
  const auto& actions = document["actions"];
  PARLEY_CHECK(actions.MemberCount() == kActionNames.size());
  Table table{};
  for (size_t i = 0; i < kActionNames.size(); ++i) {
    const auto row = actions.FindMember(std::string(kActionNames[i]));
    PARLEY_CHECK(row != actions.MemberEnd());
    for (const auto& name : row->value.GetArray()) {
      const auto role = ParseRole(name.GetString());
      PARLEY_CHECK(role);
      table[i][static_cast<size_t>(*role)] = true;
    }
  }
  return table;
}

}  // namespace

bool MayDo(Role role, Action action) {
  static const Table table = Read();
  return table[static_cast<size_t>(action)][static_cast<size_t>(role)];
}

SourceKindSet DefaultPublish(Role role) {
  return role == Role::kAttendee ? SourceKindSet() : kAllSources;
}

SourceKindSet PublishAs(Role role, Role granted_role, SourceKindSet granted) {
  if (role == granted_role) return granted;
  // A bound of the token's own holds on stage too.
  const bool own_bound = granted != DefaultPublish(granted_role);
  return own_bound && role != Role::kAttendee ? granted : DefaultPublish(role);
}

}  // namespace parley
