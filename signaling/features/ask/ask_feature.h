#pragma once

// Hosts who ask somebody to speak or to show themselves. Nobody's microphone or camera is ever
// turned on for them: they are asked, callers by voice, and do it or not. Keeps nothing. Signaling
// thread.

#include <expected>
#include <string>

#include "signaling/room/feature.h"

namespace parley {

class AskFeature final : public Feature {
 public:
  static FeatureEntry Entry();
  explicit AskFeature(Room& room) : room_(room) {}

  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;

 private:
  Room& room_;
};

}  // namespace parley
