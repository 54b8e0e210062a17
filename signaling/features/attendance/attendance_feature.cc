#include "signaling/features/attendance/attendance_feature.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>

#include "signaling/protocol/refuse.h"
#include "signaling/room/newcomer.h"
#include "signaling/room/room.h"

namespace parley {
namespace {

// Before every number, so that it is restored first.
constexpr std::string_view kSeenAliveKey = "!";

std::vector<ReportColumn> Columns() {
  return {{"name", ReportKind::kText},    {"role", ReportKind::kText},
          {"kind", ReportKind::kText},    {"joined_at", ReportKind::kTime},
          {"left_at", ReportKind::kTime}, {"seconds", ReportKind::kNumber},
          {"joins", ReportKind::kNumber}, {"participant", ReportKind::kText}};
}

}  // namespace

FeatureEntry AttendanceFeature::Entry() {
  return {.name = "attendance", .requests = {}, .make = [](Room& room) -> std::unique_ptr<Feature> {
            return std::make_unique<AttendanceFeature>(room);
          }};
}

AttendanceFeature::AttendanceFeature(Room& room) : room_(room), rows_(room, "attendance") {}

std::expected<std::string, Error> AttendanceFeature::Handle(Participant&, const FeatureRequest&,
                                                            Now) {
  return std::unexpected(Error::Of(ErrorCode::kUnknownType));
}

Attendee* AttendanceFeature::FindCaller(std::string_view name) {
  for (auto& [number, attendee] : attendees_) {
    if (attendee.kind == ParticipantKind::kPhone && attendee.here.empty() &&
        attendee.name == name) {
      return &attendee;
    }
  }
  return nullptr;
}

Attendee* AttendanceFeature::Find(const Participant& participant) {
  if (const auto of_id = participants_.find(participant.id); of_id != participants_.end()) {
    return &attendees_.at(of_id->second);
  }
  if (const auto known = persons_.find(participant.person); known != persons_.end()) {
    return &attendees_.at(known->second);
  }
  if (participant.kind == ParticipantKind::kPhone) {
    if (Attendee* caller = FindCaller(participant.name)) return caller;
  }
  if (attendees_.size() >= kAttendees) return nullptr;
  const uint64_t number = attendees_.empty() ? 1 : attendees_.rbegin()->first + 1;
  Attendee& attendee = attendees_[number];
  attendee.number = number;
  attendee.participant = participant.id;
  attendee.person = participant.person;
  if (!attendee.person.empty()) persons_[attendee.person] = number;
  return &attendee;
}

// Only those come back as who they were who were here when the server went: whoever had left or was
// removed by then comes like anybody else.
std::expected<void, Error> AttendanceFeature::MayEnter(const Newcomer& newcomer) const {
  if (newcomer.id.empty() || participants_.contains(newcomer.id)) return {};
  return Refuse(ErrorCode::kResumeExpired);
}

void AttendanceFeature::OnJoined(Participant& participant, Now now) {
  const bool is_back = participants_.contains(participant.id);
  Attendee* attendee = Find(participant);
  if (!attendee) return;
  if (attendee->joined_at == WallTime()) attendee->joined_at = now.wall;
  if (!is_back) ++attendee->joins;
  attendee->name = participant.name;
  attendee->role = participant.role;
  attendee->kind = participant.kind;
  attendee->Enter(participant.id, now.wall);
  participants_[participant.id] = attendee->number;
  Save(*attendee);
}

void AttendanceFeature::OnRoleChanged(const Participant& participant) {
  const auto found = participants_.find(participant.id);
  if (found == participants_.end()) return;
  Attendee& attendee = attendees_.at(found->second);
  attendee.role = participant.role;
  Save(attendee);
}

void AttendanceFeature::OnLeft(const Participant& participant, Now now) {
  const auto found = participants_.find(participant.id);
  if (found == participants_.end()) return;
  Attendee& attendee = attendees_.at(found->second);
  participants_.erase(found);
  attendee.name = participant.name;
  attendee.role = participant.role;
  attendee.Leave(participant.id, participant.lost_at.value_or(now.wall));
  Save(attendee);
}

void AttendanceFeature::OnTimeout(Now now) {
  if (now.wall < seen_alive_ + kSeenAlive || attendees_.empty()) return;
  seen_alive_ = now.wall;
  rows_.Save(kSeenAliveKey, std::to_string(now.wall.unix_us()));
}

void AttendanceFeature::OnEmpty() {
  for (const auto& [number, attendee] : attendees_) rows_.Forget(std::to_string(number));
  if (seen_alive_ != WallTime()) rows_.Forget(kSeenAliveKey);
  attendees_.clear();
  participants_.clear();
  persons_.clear();
  seen_alive_ = {};
}

void AttendanceFeature::Save(const Attendee& attendee) {
  rows_.Save(std::to_string(attendee.number), WriteForStore(attendee));
}

void AttendanceFeature::Restore(std::string_view key, std::string_view value) {
  if (key == kSeenAliveKey) {
    int64_t us = 0;
    std::from_chars(value.data(), value.data() + value.size(), us);
    seen_alive_ = WallTime::UnixMicros(us);
    return;
  }
  auto read = ReadAttendee(value);
  if (!read) return;
  const uint64_t number = read->number;
  Attendee& attendee = attendees_[number] = *std::move(read);
  if (!attendee.person.empty()) persons_[attendee.person] = attendee.number;
  for (const std::string& id : std::set(attendee.here)) {
    participants_[id] = attendee.number;
    attendee.Leave(id, std::max(seen_alive_, attendee.since));
  }
}

void AttendanceFeature::ReportTo(MeetingReport& report, Now now) const {
  if (attendees_.empty()) return;
  ReportTable table{.name = "attendance", .columns = Columns(), .rows = {}};
  WallTime end;
  bool goes_on = false;
  report.started_at = attendees_.begin()->second.joined_at;
  for (const auto& [number, attendee] : attendees_) {
    const bool is_here = !attendee.here.empty();
    goes_on = goes_on || is_here;
    end = std::max(end, attendee.left_at);
    report.started_at = std::min(report.started_at, attendee.joined_at);
    Duration present = attendee.present;
    if (is_here && now.wall > attendee.since) present += now.wall - attendee.since;
    table.rows.push_back({attendee.name, std::string(ToString(attendee.role)),
                          std::string(ToString(attendee.kind)), attendee.joined_at,
                          is_here ? ReportCell() : ReportCell(attendee.left_at),
                          present.us() / 1'000'000, attendee.joins, attendee.participant});
  }
  if (!goes_on) report.ended_at = end;
  report.tables.push_back(std::move(table));
}

}  // namespace parley
