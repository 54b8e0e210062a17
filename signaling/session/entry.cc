#include "signaling/session/entry.h"

#include <utility>

#include "signaling/room/permissions.h"

namespace parley {

std::expected<Entry, Error> EnterByInvite(const Room& room, std::string_view invite) {
  const auto role = room.RoleOfInvite(invite);
  if (!role) return std::unexpected(Error::Of(ErrorCode::kLinkInvalid));
  return Entry{.role = *role, .may_publish = DefaultPublish(*role), .name = {}};
}

std::expected<Entry, Error> EnterByToken(const Room& room, std::string_view token,
                                         const TokenVerifier& tokens, WallTime now) {
  auto grants = tokens.Verify(token, now);
  if (!grants) return std::unexpected(std::move(grants.error()));
  if (!grants->Covers(room.record().name)) {
    return std::unexpected(
        Error::Of(ErrorCode::kTokenInvalid, "The token is for another meeting."));
  }
  return Entry{.role = grants->role,
               .may_publish = grants->publish,
               .name = std::move(grants->name),
               .subject = std::move(grants->subject)};
}

std::string InstanceOf(std::string_view name) {
  return name.empty() ? std::string() : "instance:" + std::string(name);
}

std::string PersonOf(const Entry& entry, std::string_view instance) {
  return entry.subject.empty() ? InstanceOf(instance) : "subject:" + entry.subject;
}

}  // namespace parley
