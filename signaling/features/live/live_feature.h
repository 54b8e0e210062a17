#pragma once

// A webinar's way from practice to its audience (room/room_practice.cc): who goes live, how many
// wait for it, and that it is live still after a restart. It is of the meeting: the next one begins
// with practice again. Signaling thread.

#include <expected>
#include <string>
#include <string_view>

#include "signaling/room/feature.h"
#include "signaling/room/feature_rows.h"

namespace parley {

class LiveFeature final : public Feature {
 public:
  static FeatureEntry Entry();
  explicit LiveFeature(Room& room) : room_(room), rows_(room, "live") {}

  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;
  void OnLive() override;
  void OnEmpty() override;
  void OnTimeout(Now now) override;
  void AddTo(Snapshot& snapshot, const Participant& viewer) const override;
  void Restore(std::string_view key, std::string_view value) override;

 private:
  Room& room_;
  FeatureRows rows_;
  size_t waiting_told_ = 0;
  Timestamp waiting_due_;
};

}  // namespace parley
