// Who in a room is told of whom.

#include <algorithm>
#include <utility>

#include "signaling/protocol/write_message.h"
#include "signaling/room/audience.h"
#include "signaling/room/participant_sink.h"
#include "signaling/room/room.h"

namespace parley {

void Room::TellOf(const Participant& participant, std::string_view message) {
  for (const auto& viewer : participants_) {
    if (viewer->sink && Sees(*viewer, participant)) viewer->sink->DeliverSoon(message);
  }
}

void Room::Announce(const Participant& participant) {
  if (participant.sink) participant.sink->OnChanged(participant);
  TellOf(participant, WriteParticipantChanged(NextVersion(), participant.Info()));
}

void Room::AnnounceRole(const Participant& participant, bool was_in_audience, bool saw_audience) {
  if (participant.sink) participant.sink->OnChanged(participant);
  const uint64_t version = NextVersion();
  const ParticipantInfo info = participant.Info();
  const bool in_audience = InAudience(participant);
  for (const auto& viewer : participants_) {
    if (!viewer->sink) continue;
    const bool own = viewer.get() == &participant;
    if (own && saw_audience != SeesAudience(participant.role)) {
      viewer->sink->Deliver(WriteParticipants(version, SeenBy(participant)));
    } else if (own || SeesAudience(viewer->role) || was_in_audience == in_audience) {
      if (Sees(*viewer, participant)) {
        viewer->sink->Deliver(WriteParticipantChanged(version, info));
      }
    } else if (in_audience) {
      viewer->sink->Deliver(WriteParticipantLeft(version, participant.id, LeaveReason::kAudience));
    } else {
      viewer->sink->Deliver(WriteParticipantJoined(version, info));
    }
  }
}

void Room::TellQuality() {
  const std::map<std::string, int> all = std::exchange(quality_changes_, {});
  std::map<std::string, int> stage;
  for (const auto& participant : participants_) {
    const auto found = all.find(participant->id);
    if (found != all.end() && !InAudience(*participant)) stage.insert(*found);
  }
  const std::string to_all = WriteQuality(all);
  const std::string to_audience = WriteQuality(stage);
  for (const auto& viewer : participants_) {
    if (!viewer->sink) continue;
    const auto own = InAudience(*viewer) ? all.find(viewer->id) : all.end();
    if (own != all.end()) {
      std::map<std::string, int> with_own = stage;
      with_own.insert(*own);
      viewer->sink->Deliver(WriteQuality(with_own));
    } else if (SeesAudience(viewer->role)) {
      viewer->sink->Deliver(to_all);
    } else if (!stage.empty()) {
      viewer->sink->Deliver(to_audience);
    }
  }
}

std::vector<ParticipantInfo> Room::SeenBy(const Participant& viewer) const {
  std::vector<ParticipantInfo> seen;
  for (const auto& participant : participants_) {
    if (Sees(viewer, *participant)) seen.push_back(participant->Info());
  }
  return seen;
}

size_t Room::AudienceSize() const {
  return static_cast<size_t>(
      std::ranges::count_if(participants_, [](const auto& p) { return InAudience(*p); }));
}

}  // namespace parley
