#pragma once

// Clients tell every few seconds how well they could play what they were sent; whoever looks after
// the server finds it in the room's stats. Nobody in the room is told. Signaling thread; bounded by
// kVideos and the participants.

#include <expected>
#include <string>

#include "signaling/room/feature.h"

namespace parley {

class PlaybackFeature final : public Feature {
 public:
  static constexpr size_t kVideos = 64;

  static FeatureEntry Entry();
  explicit PlaybackFeature(Room& room) : room_(room) {}

  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;

 private:
  Room& room_;
};

}  // namespace parley
