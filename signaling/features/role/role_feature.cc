#include "signaling/features/role/role_feature.h"

#include <memory>
#include <optional>
#include <utility>

#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/protocol/refuse.h"
#include "signaling/room/participant_sink.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room.h"

namespace parley {
FeatureEntry RoleFeature::Entry() {
  return {.name = "role", .requests = {"role"}, .make = [](Room& room) -> std::unique_ptr<Feature> {
            return std::make_unique<RoleFeature>(room);
          }};
}

RoleFeature::RoleFeature(Room& room) : room_(room), rows_(room, "role") {}

std::expected<std::string, Error> RoleFeature::Handle(Participant& from,
                                                      const FeatureRequest& request, Now) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const std::string whose = fields.String("participant");
  const auto role = ParseRole(fields.String("role"));
  if (!role) fields.Fail("role", "must be attendee, panelist, cohost or host");
  if (fault) return std::unexpected(*std::move(fault));
  if (!MayDo(from.role, Action::kChangeRoles)) return Refuse(ErrorCode::kForbidden);
  Participant* target = room_.Find(whose);
  if (!target) return Refuse(ErrorCode::kParticipantNotFound);
  const bool of_hosts = *role == Role::kHost || target->role == Role::kHost;
  if (of_hosts && !MayDo(from.role, Action::kChangeHosts)) return Refuse(ErrorCode::kForbidden);
  if (target == &from) {
    return std::unexpected(Error::BadField("participant", "Nobody changes their own role."));
  }
  if (target->role == *role) return "{}";
  if (room_.WaitsForLive(*role)) {
    return std::unexpected(
        Error::BadField("role", "Before the webinar goes live nobody in it can be an attendee."));
  }

  Give(*target, *role);
  if (target->sink) {
    target->sink->Deliver(WriteEvent("role", 0, [&](JsonWriter& w) {
      WriteField(w, "role", ToString(*role));
      WriteField(w, "by", from.id);
    }));
  }
  return "{}";
}

void RoleFeature::Give(Participant& participant, Role role) {
  given_[participant.id] = role;
  rows_.Save(participant.id, std::string(ToString(role)));
  room_.SetRole(participant, role);
}

void RoleFeature::Prepare(Participant& participant) {
  const auto given = given_.find(participant.id);
  if (given != given_.end()) participant.SetRole(given->second);
}

void RoleFeature::OnLeft(const Participant& participant, Now) {
  if (given_.erase(participant.id) > 0) rows_.Forget(participant.id);
  if (participant.role != Role::kHost) return;
  Participant* successor = nullptr;
  for (Participant* other : room_.participants()) {
    if (other == &participant) continue;
    if (other->role == Role::kHost && other->kind == ParticipantKind::kBrowser) return;
    // Whoever is away just now is no help to the others.
    if (!successor && other->role == Role::kCohost && other->sink) successor = other;
  }
  if (!successor) return;
  Give(*successor, Role::kHost);
  room_.Broadcast(WriteEvent("role.host", 0,
                             [&](JsonWriter& w) { WriteField(w, "participant", successor->id); }));
}

// Of those too who did not come back after a restart.
void RoleFeature::OnEmpty() {
  for (const auto& [participant, role] : given_) rows_.Forget(participant);
  given_.clear();
}

void RoleFeature::Restore(std::string_view key, std::string_view value) {
  if (const auto role = ParseRole(value)) given_[std::string(key)] = *role;
}

}  // namespace parley
