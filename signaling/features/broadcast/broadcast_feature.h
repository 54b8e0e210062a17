#pragma once

// A meeting that is shown live to people who are not in it: hosts begin and end it, everybody is
// told how it stands, and only hosts where it goes. What was asked for is kept on the disk, so that
// a server that was started again goes on with it. Signaling thread; bounded by what the
// BroadcastPort takes.

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "signaling/room/broadcast_port.h"
#include "signaling/room/feature.h"
#include "signaling/room/feature_rows.h"

namespace parley {

class BroadcastFeature final : public Feature, public BroadcastListener {
 public:
  static FeatureEntry Entry();
  explicit BroadcastFeature(Room& room) : room_(room), rows_(room, "broadcast") {}

  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;
  void OnJoined(Participant& participant, Now now) override;
  void OnRoleChanged(const Participant& participant) override;
  void OnEmpty() override;
  void Restore(std::string_view key, std::string_view value) override;
  void AddTo(Snapshot& snapshot, const Participant& viewer) const override;

  // BroadcastListener
  void OnBroadcast(const BroadcastStatus* status) override;

 private:
  using Result = std::expected<std::string, Error>;

  Result Start(const FeatureRequest& request, Now now);
  std::string StatusFor(const Participant& viewer) const;
  void Tell(const Participant& viewer) const;

  Room& room_;
  FeatureRows rows_;
  bool watched_ = false;
  std::string told_outside_;               // the id of what others were told of; or empty
  std::optional<BroadcastWish> restored_;  // until somebody joins
};

}  // namespace parley
