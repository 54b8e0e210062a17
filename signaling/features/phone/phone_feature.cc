#include "signaling/features/phone/phone_feature.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/room/participant_sink.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room.h"

namespace parley {
namespace {

// The call itself, as snapshots and events have it.
template <class Call>
void WriteMembers(JsonWriter& w, const Call& call) {
  WriteField(w, "id", call.id);
  WriteField(w, "name", call.name);
  WriteField(w, "by", call.by);
  WriteField(w, "state", ToString(call.state));
}

}  // namespace

FeatureEntry PhoneFeature::Entry() {
  return {.name = "phone",
          .requests = {"phone.call", "phone.cancel"},
          .make = [](Room& room) -> std::unique_ptr<Feature> {
            return std::make_unique<PhoneFeature>(room);
          }};
}

PhoneFeature::Result PhoneFeature::Handle(Participant& from, const FeatureRequest& request,
                                          Now now) {
  if (!MayDo(from.role, Action::kDialOut)) {
    return std::unexpected(Error::Of(ErrorCode::kForbidden, "Only hosts can call somebody."));
  }
  if (room_.dial() == nullptr) {
    return std::unexpected(Error::Of(ErrorCode::kForbidden, "This server calls nobody."));
  }
  return request.verb == "call" ? Dial(from, request, now) : HangUp(request);
}

PhoneFeature::Result PhoneFeature::Dial(const Participant& from, const FeatureRequest& request,
                                        Now now) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  DialWish wish;
  wish.number = fields.String("number");
  wish.name = fields.OptionalString("name").value_or("");
  const std::string language = fields.OptionalString("language").value_or("en");
  if (language != "en" && language != "zh") fields.Fail("language", "must be en or zh");
  if (fault) return std::unexpected(*std::move(fault));
  wish.chinese = language == "zh";
  wish.by = from.id;
  auto begun = room_.dial()->Dial(room_, std::move(wish), *this, now);
  if (!begun) return std::unexpected(std::move(begun.error()));
  const std::string result =
      WriteObject([&](JsonWriter& w) { WriteField(w, "call", begun->call); });
  calls_.push_back({.id = std::move(begun->call), .name = std::move(begun->name), .by = from.id});
  Tell(calls_.back(), {});
  return result;
}

PhoneFeature::Result PhoneFeature::HangUp(const FeatureRequest& request) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const std::string call = fields.String("call");
  if (fault) return std::unexpected(*std::move(fault));
  if (!room_.dial()->HangUp(room_, call)) {
    return std::unexpected(Error::Of(ErrorCode::kParticipantNotFound, "That call is over."));
  }
  return "{}";
}

void PhoneFeature::OnDial(std::string_view call, DialState state, std::string_view participant) {
  const auto found = std::ranges::find(calls_, call, &Call::id);
  if (found == calls_.end()) return;
  found->state = state;
  Tell(*found, participant);
  if (IsOver(state)) calls_.erase(found);
}

void PhoneFeature::OnEmpty() {
  if (room_.dial() != nullptr && !calls_.empty()) room_.dial()->HangUpAll(room_);
  calls_.clear();
}

bool PhoneFeature::MayDial(const Participant& participant) const {
  return room_.dial() != nullptr && MayDo(participant.role, Action::kDialOut);
}

void PhoneFeature::Tell(const Call& call, std::string_view participant) {
  const auto write = [&](JsonWriter& w) {
    WriteObject(w, "call", [&](JsonWriter& members) { WriteMembers(members, call); });
    if (!participant.empty()) WriteField(w, "participant", participant);
  };
  const std::string event = WriteEvent("phone.call", 0, write);
  room_.TellOutside("phone.call", WriteObject(write));
  for (const Participant* member : room_.participants()) {
    if (member->sink && MayDial(*member)) member->sink->Deliver(event);
  }
}

std::string PhoneFeature::SettingsFor(const Participant& viewer) const {
  return WriteObject([&](JsonWriter& w) {
    if (viewer.role == Role::kHost) WriteField(w, "host_pin", room_.record().host_pin);
    if (!MayDial(viewer)) return;
    w.Key("calls");
    w.StartArray();
    for (const Call& call : calls_) {
      w.StartObject();
      WriteMembers(w, call);
      w.EndObject();
    }
    w.EndArray();
  });
}

// Who becomes a host is told what hosts know; whoever is none any more, nothing.
void PhoneFeature::OnRoleChanged(const Participant& participant) {
  if (!room_.phone_numbers() || !participant.sink) return;
  participant.sink->Deliver(WriteEvent("phone.settings", 0, [&](JsonWriter& w) {
    WriteJson(w, "phone", SettingsFor(participant));
  }));
}

void PhoneFeature::AddTo(Snapshot& snapshot, const Participant& viewer) const {
  if (!room_.phone_numbers()) return;
  snapshot.features.push_back({.name = "phone", .json = SettingsFor(viewer)});
}

}  // namespace parley
