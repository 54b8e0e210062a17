#pragma once

// Keeps the number of those who may speak and show themselves within what the room or the operator
// allows (RoomRecord::most_active, Limits::active_per_room): whoever comes as a panelist after so
// many watches as an attendee instead, until a host calls them on stage. Those called do not count,
// nor do hosts and co-hosts, who always come in as what they are. Over a restart everybody is again
// what they were. Signaling thread.

#include <expected>
#include <set>
#include <string>
#include <string_view>

#include "signaling/room/feature.h"
#include "signaling/room/feature_rows.h"

namespace parley {

class CrowdFeature final : public Feature {
 public:
  static FeatureEntry Entry();
  explicit CrowdFeature(Room& room) : room_(room), rows_(room, "crowd") {}

  // It has no requests.
  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;
  void Prepare(Participant& participant) override;
  void OnLeft(const Participant& participant, Now now) override;
  void OnEmpty() override;
  void AddTo(Snapshot& snapshot, const Participant& viewer) const override;
  void Restore(std::string_view key, std::string_view value) override;

 private:
  size_t MostActive() const;

  Room& room_;
  FeatureRows rows_;
  std::set<std::string, std::less<>> watching_;  // who came after so many
};

}  // namespace parley
