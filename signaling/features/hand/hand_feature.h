#pragma once

// Raised hands: each raises and lowers their own, by key or page, and whoever may lowers another's.
// The state is the participant's, since it is shown with it. Signaling thread.

#include <expected>
#include <string>

#include "signaling/room/feature.h"

namespace parley {

class HandFeature final : public Feature {
 public:
  static FeatureEntry Entry();
  explicit HandFeature(Room& room) : room_(room) {}

  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;

 private:
  Room& room_;
};

}  // namespace parley
