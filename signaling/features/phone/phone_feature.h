#pragma once

// What a room's page knows of telephones besides number and PIN: the PIN of hosts, for hosts.
// Signaling thread.

#include <expected>
#include <string>

#include "signaling/room/feature.h"

namespace parley {

class PhoneFeature final : public Feature {
 public:
  static FeatureEntry Entry();
  explicit PhoneFeature(Room& room) : room_(room) {}

  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;
  void OnRoleChanged(const Participant& participant) override;
  void AddTo(Snapshot& snapshot, const Participant& viewer) const override;

 private:
  Room& room_;
};

}  // namespace parley
