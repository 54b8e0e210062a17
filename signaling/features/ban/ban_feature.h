#pragma once

// Whom a host removed for the rest of the meeting: by the id they had, so that no resume token
// brings them back, by what is known of them as a person (a token's `sub`), and by the installation
// they came with. Whoever hides all three is somebody new. Kept over a restart of the server,
// forgotten with the meeting. Signaling thread; bounded by kBans.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <set>
#include <string>
#include <string_view>

#include "signaling/room/feature.h"
#include "signaling/room/feature_rows.h"

namespace parley {

// Of signs by which somebody is known; a person has up to three.
inline constexpr size_t kBans = 3000;

class BanFeature final : public Feature {
 public:
  static FeatureEntry Entry();
  explicit BanFeature(Room& room);

  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;
  std::expected<void, Error> MayEnter(const Newcomer& newcomer) const override;
  void OnEmpty() override;
  void Restore(std::string_view key, std::string_view value) override;

 private:
  void Ban(const std::string& sign);
  void TurnAway();

  Room& room_;
  FeatureRows rows_;
  std::set<std::string, std::less<>> signs_;
};

}  // namespace parley
