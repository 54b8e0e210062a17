#include "signaling/features/crowd/crowd_feature.h"

#include <algorithm>
#include <memory>

#include "signaling/protocol/json_writer.h"
#include "signaling/room/participant.h"
#include "signaling/room/room.h"

namespace parley {

FeatureEntry CrowdFeature::Entry() {
  return {.name = "crowd", .requests = {}, .make = [](Room& room) -> std::unique_ptr<Feature> {
            return std::make_unique<CrowdFeature>(room);
          }};
}

std::expected<std::string, Error> CrowdFeature::Handle(Participant&, const FeatureRequest&, Now) {
  return std::unexpected(Error::Of(ErrorCode::kUnknownType));
}

size_t CrowdFeature::MostActive() const {
  return room_.record().most_active > 0 ? room_.record().most_active
                                        : room_.limits().active_per_room;
}

void CrowdFeature::Prepare(Participant& participant) {
  // What sends by WHIP cannot be told to wait for its turn.
  const bool person =
      participant.kind == ParticipantKind::kBrowser || participant.kind == ParticipantKind::kPhone;
  if (participant.role != Role::kPanelist || !person) return;
  // Before a webinar goes live nobody in it only watches.
  if (room_.InPractice()) return;
  if (!watching_.contains(participant.id)) {
    const auto active = std::ranges::count_if(room_.participants(), [&](const Participant* other) {
      return other->role != Role::kAttendee && !watching_.contains(other->id);
    });
    if (static_cast<size_t>(active) < MostActive()) return;
    watching_.insert(participant.id);
    rows_.Save(participant.id, "");
  }
  participant.SetRole(Role::kAttendee);
}

void CrowdFeature::OnLeft(const Participant& participant, Now) {
  if (watching_.erase(participant.id) > 0) rows_.Forget(participant.id);
}

// Of those too who did not come back after a restart.
void CrowdFeature::OnEmpty() {
  for (const std::string& id : watching_) rows_.Forget(id);
  watching_.clear();
}

void CrowdFeature::AddTo(Snapshot& snapshot, const Participant& viewer) const {
  if (viewer.role != Role::kAttendee || !watching_.contains(viewer.id)) return;
  snapshot.features.push_back({.name = "crowd", .json = WriteObject([&](JsonWriter& w) {
                                                  WriteField(w, "most_active",
                                                             static_cast<int64_t>(MostActive()));
                                                })});
}

void CrowdFeature::Restore(std::string_view key, std::string_view) { watching_.emplace(key); }

}  // namespace parley
