#include "signaling/api/room_fields.h"

#include <cstdint>
#include <string>
#include <vector>

#include "signaling/room/room.h"

namespace parley {
namespace {

constexpr int64_t kMostActive = 1'000'000;
constexpr int64_t kMostKeepDays = 36'500;

RecordingPolicy ReadRecordingPolicy(FieldReader& fields, std::optional<Error>& fault) {
  const auto* object = fields.OptionalObject("recording");
  if (!object) return {};
  FieldReader policy(object, fault, "recording");
  const std::string consent = policy.OptionalString("consent").value_or("notice");
  if (consent != "notice" && consent != "ask") policy.Fail("consent", "must be notice or ask");
  return {.asks_consent = consent == "ask",
          .automatic = policy.OptionalBool("auto", false),
          .keep_days = static_cast<int>(policy.OptionalInteger("keep_days", 0, kMostKeepDays, 0))};
}

void WriteList(JsonWriter& w, std::string_view key, const std::vector<std::string>& values) {
  WriteKey(w, key);
  w.StartArray();
  for (const std::string& value : values) WriteText(w, value);
  w.EndArray();
}

}  // namespace

RoomOptions ReadRoomOptions(FieldReader& fields, std::optional<Error>& fault) {
  return {.recording = ReadRecordingPolicy(fields, fault),
          .debug = fields.OptionalBool("debug", false),
          .webinar = fields.OptionalBool("webinar", false),
          .most_active =
              static_cast<uint32_t>(fields.OptionalInteger("most_active", 1, kMostActive, 0)),
          .lobby = fields.OptionalBool("lobby", false),
          .lobby_admits = ReadLobbyRules(fields, "lobby_admits", {}, fault),
          .passcode = fields.OptionalString("passcode").value_or("")};
}

void WriteRoomFields(JsonWriter& w, const Room& room, Role reader,
                     const std::optional<DialIn>& dial_in, std::string_view base) {
  const RoomRecord& record = room.record();
  const auto url_of = [&](const std::string& invite) {
    return std::string(base) + "/r/" + record.name + "#k=" + invite;
  };
  WriteField(w, "name", record.name);
  WriteField(w, "title", record.title);
  WriteField(w, "invite", record.invite);
  if (dial_in) {
    WriteObject(w, "dial_in", [&](JsonWriter& by_phone) {
      WriteList(by_phone, "numbers", dial_in->numbers);
      WriteField(by_phone, "pin", dial_in->pin);
      if (!dial_in->own_numbers.empty()) WriteList(by_phone, "own_numbers", dial_in->own_numbers);
      if (reader == Role::kHost) WriteField(by_phone, "host_pin", record.host_pin);
    });
  }
  WriteField(w, "url", url_of(record.invite));
  WriteFlag(w, "lobby", record.lobby);
  WriteLobbyRules(w, "lobby_admits", record.lobby_admits);
  WriteFlag(w, "passcode", room.passcode().exists());
  if (!record.webinar) return;
  WriteFlag(w, "webinar", true);
  WriteFlag(w, "live", !room.InPractice());
  WriteField(w, "stage_invite", record.stage_invite);
  WriteField(w, "stage_url", url_of(record.stage_invite));
}

}  // namespace parley
