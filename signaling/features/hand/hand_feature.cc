#include "signaling/features/hand/hand_feature.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>

#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/protocol/refuse.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room.h"

namespace parley {
FeatureEntry HandFeature::Entry() {
  return {.name = "hand",
          .requests = {"hand", "hand.next"},
          .make = [](Room& room) -> std::unique_ptr<Feature> {
            return std::make_unique<HandFeature>(room);
          }};
}

HandFeature::HandFeature(Room& room) : room_(room), rows_(room, "hand") {}

HandFeature::Result HandFeature::Handle(Participant& from, const FeatureRequest& request, Now) {
  return request.verb == "next" ? TakeNext(from) : Raise(from, request);
}

HandFeature::Result HandFeature::Raise(Participant& from, const FeatureRequest& request) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const bool up = fields.Bool("up");
  const std::string whose = fields.OptionalString("participant").value_or("");
  if (fault) return std::unexpected(*std::move(fault));

  Participant* target = &from;
  if (!whose.empty() && whose != from.id) {
    if (up || !MayDo(from.role, Action::kLowerHands)) return Refuse(ErrorCode::kForbidden);
    target = room_.Find(whose);
    if (!target) return Refuse(ErrorCode::kParticipantNotFound);
  } else if (!MayDo(from.role, Action::kRaiseHand)) {
    return Refuse(ErrorCode::kForbidden);
  }
  Set(*target, up);
  return "{}";
}

HandFeature::Result HandFeature::TakeNext(const Participant& from) {
  if (!MayDo(from.role, Action::kLowerHands)) return Refuse(ErrorCode::kForbidden);
  // After a restart some have not come back yet: those who have go first.
  for (const auto& [number, id] : queue_) {
    Participant* next = room_.Find(id);
    if (!next) continue;
    Set(*next, false);
    return WriteObject([&](JsonWriter& w) { WriteField(w, "participant", next->id); });
  }
  return WriteObject([](JsonWriter& w) { WriteFieldOrNull(w, "participant", std::nullopt); });
}

void HandFeature::Set(Participant& participant, bool up) {
  if (participant.hand == up) return;
  participant.hand = up;
  if (up) {
    queue_[++count_] = participant.id;
    rows_.Save(participant.id, std::to_string(count_));
  } else {
    Forget(participant.id);
  }
  room_.Announce(participant);
  room_.TellOutside(up ? "hand.raised" : "hand.lowered", WriteObject([&](JsonWriter& w) {
                      WriteField(w, "participant", participant.id);
                      WriteField(w, "name", participant.name);
                    }));
}

void HandFeature::Forget(std::string_view participant) {
  const auto erased =
      std::erase_if(queue_, [&](const auto& entry) { return entry.second == participant; });
  if (erased > 0) rows_.Forget(participant);
}

void HandFeature::Prepare(Participant& participant) {
  participant.hand = std::ranges::any_of(
      queue_, [&](const auto& entry) { return entry.second == participant.id; });
}

void HandFeature::OnLeft(const Participant& participant, Now) { Forget(participant.id); }

// Of those too who did not come back after a restart.
void HandFeature::OnEmpty() {
  for (const auto& [number, id] : queue_) rows_.Forget(id);
  queue_.clear();
}

void HandFeature::AddTo(Snapshot& snapshot, const Participant&) const {
  snapshot.features.push_back({.name = "hand", .json = WriteObject([&](JsonWriter& w) {
                                                 w.Key("queue");
                                                 w.StartArray();
                                                 for (const auto& [number, id] : queue_) {
                                                   if (room_.Find(id)) WriteText(w, id);
                                                 }
                                                 w.EndArray();
                                               })});
}

void HandFeature::Restore(std::string_view key, std::string_view value) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || number == 0) return;
  queue_[number] = std::string(key);
  count_ = std::max(count_, number);
}

}  // namespace parley
