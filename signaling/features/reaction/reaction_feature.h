#pragma once

// Reactions: a thumb, applause. Nobody sees whose they are, and they are told as numbers a few
// times a second at most, so that a thousand of them are one small message. Nothing is kept.
// Signaling thread; bounded by kReactions.

#include <array>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "signaling/room/feature.h"

namespace parley {

inline constexpr std::array<std::string_view, 6> kReactions = {"thumbs_up", "clap",     "heart",
                                                               "laugh",     "surprise", "party"};

class ReactionFeature final : public Feature {
 public:
  static FeatureEntry Entry();
  explicit ReactionFeature(Room& room) : room_(room) {}

  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;
  void OnTimeout(Now now) override;

 private:
  Room& room_;
  std::array<int64_t, kReactions.size()> untold_{};
};

}  // namespace parley
