#pragma once

// Roles at run time: onto the stage and off it, and hosts who share their work, without anybody
// joining again. What a role may send follows at once, on the workers too. A role that was given
// wins over that of a resume token, also over a restart of the server. Signaling thread.

#include <expected>
#include <map>
#include <string>
#include <string_view>

#include "signaling/room/feature.h"
#include "signaling/room/feature_rows.h"

namespace parley {

class RoleFeature final : public Feature {
 public:
  static FeatureEntry Entry();
  explicit RoleFeature(Room& room);

  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;
  void Prepare(Participant& participant) override;
  // With the last host the co-host who came first becomes one.
  void OnLeft(const Participant& participant, Now now) override;
  void OnEmpty() override;
  void Restore(std::string_view key, std::string_view value) override;

 private:
  void Give(Participant& participant, Role role);

  Room& room_;
  FeatureRows rows_;
  std::map<std::string, Role, std::less<>> given_;  // by participant
};

}  // namespace parley
