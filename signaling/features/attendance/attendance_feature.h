#pragma once

// Who was in the meeting, from when to when, for the report. Somebody who comes again is one
// attendee: by what is known of them (Newcomer::person), a caller by the number as it is shown.
// Kept over a restart of the server; whoever does not come back then left when it was last seen
// alive. Nobody is told of it in the room. Signaling thread; bounded by kAttendees.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sfu/base/units.h"
#include "signaling/features/attendance/attendee.h"
#include "signaling/room/feature.h"
#include "signaling/room/feature_rows.h"

namespace parley {

// Those who come first.
inline constexpr size_t kAttendees = 10'000;
// How exactly it is known when the server was killed.
inline constexpr Duration kSeenAlive = Duration::Seconds(10);

class AttendanceFeature final : public Feature {
 public:
  static FeatureEntry Entry();
  explicit AttendanceFeature(Room& room);

  std::expected<std::string, Error> Handle(Participant& from, const FeatureRequest& request,
                                           Now now) override;
  std::expected<void, Error> MayEnter(const Newcomer& newcomer) const override;
  void OnJoined(Participant& participant, Now now) override;
  void OnRoleChanged(const Participant& participant) override;
  void OnLeft(const Participant& participant, Now now) override;
  void OnEmpty() override;
  void OnTimeout(Now now) override;
  void Restore(std::string_view key, std::string_view value) override;
  void ReportTo(MeetingReport& report, Now now) const override;

 private:
  // Null when there is no place for another.
  Attendee* Find(const Participant& participant);
  Attendee* FindCaller(std::string_view name);
  void Save(const Attendee& attendee);

  Room& room_;
  FeatureRows rows_;
  std::map<uint64_t, Attendee> attendees_;  // by number
  std::unordered_map<std::string, uint64_t>
      participants_;  // whose an id is, and was before a restart
  std::unordered_map<std::string, uint64_t> persons_;
  WallTime seen_alive_;
};

}  // namespace parley
