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

HandFeature::Result HandFeature::Handle(Participant& from, const FeatureRequest& request, Now now) {
  return request.verb == "next" ? TakeNext(from, now) : Raise(from, request, now);
}

HandFeature::Result HandFeature::Raise(Participant& from, const FeatureRequest& request, Now now) {
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
  Set(*target, up, now);
  return "{}";
}

HandFeature::Result HandFeature::TakeNext(const Participant& from, Now now) {
  if (!MayDo(from.role, Action::kLowerHands)) return Refuse(ErrorCode::kForbidden);
  // After a restart some have not come back yet: those who have go first.
  for (const auto& [number, hand] : queue_) {
    Participant* next = room_.Find(hand.participant);
    if (!next) continue;
    Set(*next, false, now);
    return WriteObject([&](JsonWriter& w) { WriteField(w, "participant", next->id); });
  }
  return WriteObject([](JsonWriter& w) { WriteFieldOrNull(w, "participant", std::nullopt); });
}

void HandFeature::Set(Participant& participant, bool up, Now now) {
  if (participant.hand == up) return;
  participant.hand = up;
  if (up) {
    participant.hand_at = now.wall;
    queue_[++count_] = {.participant = participant.id, .at = now.wall};
    rows_.Save(participant.id, std::to_string(count_) + " " + std::to_string(now.wall.unix_us()));
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
  const auto erased = std::erase_if(
      queue_, [&](const auto& entry) { return entry.second.participant == participant; });
  if (erased > 0) rows_.Forget(participant);
}

void HandFeature::Prepare(Participant& participant) {
  const auto hand = std::ranges::find_if(
      queue_, [&](const auto& entry) { return entry.second.participant == participant.id; });
  participant.hand = hand != queue_.end();
  if (participant.hand) participant.hand_at = hand->second.at;
}

void HandFeature::OnLeft(const Participant& participant, Now) { Forget(participant.id); }

// Of those too who did not come back after a restart.
void HandFeature::OnEmpty() {
  for (const auto& [number, hand] : queue_) rows_.Forget(hand.participant);
  queue_.clear();
}

void HandFeature::AddTo(Snapshot& snapshot, const Participant&) const {
  snapshot.features.push_back({.name = "hand", .json = WriteObject([&](JsonWriter& w) {
                                                 w.Key("queue");
                                                 w.StartArray();
                                                 for (const auto& [number, hand] : queue_) {
                                                   if (room_.Find(hand.participant))
                                                     WriteText(w, hand.participant);
                                                 }
                                                 w.EndArray();
                                               })});
}

void HandFeature::Restore(std::string_view key, std::string_view value) {
  uint64_t number = 0;
  int64_t at = 0;
  const char* const last = value.data() + value.size();
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || number == 0) return;
  // An earlier version kept no time.
  if (end != last) std::from_chars(end + 1, last, at);
  queue_[number] = {.participant = std::string(key), .at = WallTime::UnixMicros(at)};
  count_ = std::max(count_, number);
}

}  // namespace parley
