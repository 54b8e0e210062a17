#pragma once

// What hosts announce to everybody: those in the room, those who come later, and those who wait to
// come in. One stands at a time, until another takes its place or a host takes it back; over a
// restart too. Signaling thread; bounded by kAnnouncementCharacters and a bucket of announcements.

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "signaling/room/feature.h"
#include "signaling/room/feature_rows.h"

namespace parley {

inline constexpr size_t kAnnouncementCharacters = 500;
// In a room: so many at once, and then one each so often.
inline constexpr int kAnnouncementBurst = 5;
inline constexpr Duration kAnnouncementInterval = Duration::Seconds(10);

class AnnouncementFeature final : public Feature {
 public:
  static FeatureEntry Entry();
  explicit AnnouncementFeature(Room& room) : room_(room), rows_(room, "announcement") {}

  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;
  void OnEmpty() override;
  void AddTo(Snapshot& snapshot, const Participant& viewer) const override;
  void AddToWaiting(WaitingResult& waiting) const override;
  void Restore(std::string_view key, std::string_view value) override;

 private:
  struct Announcement {
    uint64_t number = 0;  // of the meeting, from 1
    std::string text;
    WallTime at;
  };

  std::expected<std::string, Error> Announce(const FeatureRequest& request, Now now);
  void Tell();
  std::string Json() const;  // null when none stands

  Room& room_;
  FeatureRows rows_;
  uint64_t count_ = 0;
  std::optional<Announcement> standing_;
  Timestamp full_again_;  // when the bucket holds kAnnouncementBurst
};

}  // namespace parley
