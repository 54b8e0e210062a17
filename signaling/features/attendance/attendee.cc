#include "signaling/features/attendance/attendee.h"

#include <algorithm>
#include <array>
#include <limits>

#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/protocol/strict_json.h"

namespace parley {
namespace {

constexpr std::array kKinds = {ParticipantKind::kBrowser, ParticipantKind::kWhip,
                               ParticipantKind::kWhep, ParticipantKind::kPhone};

void WriteMicros(JsonWriter& w, std::string_view key, WallTime time) {
  WriteField(w, key, time.unix_us());
}

}  // namespace

void Attendee::Enter(const std::string& id, WallTime now) {
  if (here.empty()) since = now;
  here.insert(id);
}

void Attendee::Leave(std::string_view id, WallTime now) {
  const auto found = here.find(id);
  if (found == here.end()) return;
  here.erase(found);
  left_at = std::max(left_at, now);
  if (here.empty() && now > since) present += now - since;
}

std::string WriteForStore(const Attendee& attendee) {
  return WriteObject([&](JsonWriter& w) {
    WriteField(w, "number", static_cast<int64_t>(attendee.number));
    WriteField(w, "participant", attendee.participant);
    WriteField(w, "person", attendee.person);
    WriteField(w, "name", attendee.name);
    WriteField(w, "role", ToString(attendee.role));
    WriteField(w, "kind", ToString(attendee.kind));
    WriteMicros(w, "joined_at", attendee.joined_at);
    WriteMicros(w, "left_at", attendee.left_at);
    WriteField(w, "present", attendee.present.us());
    WriteField(w, "joins", attendee.joins);
    w.Key("here");
    w.StartArray();
    for (const std::string& id : attendee.here) WriteText(w, id);
    w.EndArray();
    WriteMicros(w, "since", attendee.since);
  });
}

std::optional<Attendee> ReadAttendee(std::string_view json) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  constexpr size_t kMost = std::numeric_limits<size_t>::max();
  rapidjson::Document document;
  if (ParseStrictJson(json, {.bytes = kMost, .depth = 4}, document) != JsonFault::kNone) {
    return std::nullopt;
  }
  std::optional<Error> fault;
  FieldReader fields(document, fault);
  const auto micros = [&](const char* name) {
    return WallTime::UnixMicros(fields.Integer(name, 0, kMax));
  };
  Attendee attendee;
  attendee.number = static_cast<uint64_t>(fields.Integer("number", 1, kMax));
  attendee.participant = fields.String("participant");
  attendee.person = fields.String("person");
  attendee.name = fields.String("name");
  const auto role = ParseRole(fields.String("role"));
  const auto kind = std::ranges::find(kKinds, fields.String("kind"),
                                      [](ParticipantKind each) { return ToString(each); });
  attendee.joined_at = micros("joined_at");
  attendee.left_at = micros("left_at");
  attendee.present = Duration::Micros(fields.Integer("present", 0, kMax));
  attendee.joins = fields.Integer("joins", 0, kMax);
  attendee.since = micros("since");
  if (const auto* here = fields.Array("here", kMost)) {
    for (const auto& id : here->GetArray()) {
      if (id.IsString()) attendee.here.emplace(id.GetString(), id.GetStringLength());
    }
  }
  if (fault || !role || kind == kKinds.end()) return std::nullopt;
  attendee.role = *role;
  attendee.kind = *kind;
  return attendee;
}

}  // namespace parley
