#pragma once

// What hosts set for everybody's stage: whom it shows large (the spotlight), and whether it is a
// gallery or follows who speaks. Clients follow it, and each may still pin somebody for themselves.
// Kept over a restart, as long as whoever is in the spotlight comes back. Signaling thread; bounded
// by kSpotlight. The spotlight itself stands in the Room, for whoever records.

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "signaling/protocol/json_writer.h"
#include "signaling/room/feature.h"
#include "signaling/room/feature_rows.h"

namespace parley {

inline constexpr size_t kSpotlight = 9;

class StageFeature final : public Feature {
 public:
  static FeatureEntry Entry();
  explicit StageFeature(Room& room) : room_(room), rows_(room, "stage") {}

  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;
  void OnJoined(Participant& participant, Now now) override;
  void OnLeft(const Participant& participant, Now now) override;
  void OnEmpty() override;
  void AddTo(Snapshot& snapshot, const Participant& viewer) const override;
  void Restore(std::string_view key, std::string_view value) override;

 private:
  using Result = std::expected<std::string, Error>;

  Result SetSpotlight(const FeatureRequest& request);
  Result SetLayout(const FeatureRequest& request);
  void Tell();
  // As snapshots and events have it: of those who are here.
  void WriteMembers(JsonWriter& w) const;

  Room& room_;
  FeatureRows rows_;
  std::string layout_;  // empty: each as they like
};

}  // namespace parley
