#include "signaling/features/broadcast/broadcast_feature.h"

#include <rapidjson/document.h>

#include <memory>
#include <utility>

#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/room/participant_sink.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room.h"

namespace parley {
namespace {

constexpr std::string_view kWish = "wish";
constexpr size_t kMostTargets = 100;  // that are read; the port takes fewer

bool MayShow(const Participant& participant) { return MayDo(participant.role, Action::kRecord); }

void WriteTexts(JsonWriter& w, std::string_view key, const std::vector<std::string>& texts) {
  WriteKey(w, key);
  w.StartArray();
  for (const std::string& text : texts) WriteText(w, text);
  w.EndArray();
}

std::vector<std::string> ReadTargets(FieldReader& fields) {
  std::vector<std::string> targets;
  const auto* list = fields.OptionalArray("targets", kMostTargets);
  if (list == nullptr) return targets;
  for (const auto& entry : list->GetArray()) {
    if (entry.IsString()) {
      targets.emplace_back(entry.GetString(), entry.GetStringLength());
    } else {
      fields.Fail("targets", "is a list of texts");
    }
  }
  return targets;
}

}  // namespace

FeatureEntry BroadcastFeature::Entry() {
  return {.name = "broadcast",
          .requests = {"broadcast.start", "broadcast.stop"},
          .make = [](Room& room) -> std::unique_ptr<Feature> {
            return std::make_unique<BroadcastFeature>(room);
          }};
}

BroadcastFeature::Result BroadcastFeature::Handle(Participant& from, const FeatureRequest& request,
                                                  Now now) {
  if (!MayShow(from)) {
    return std::unexpected(Error::Of(ErrorCode::kForbidden, "Only hosts can go live."));
  }
  if (room_.broadcasting() == nullptr) {
    return std::unexpected(Error::Of(ErrorCode::kForbidden, "This server shows no meetings live."));
  }
  if (request.verb == "start") return Start(request, now);
  if (!room_.broadcasting()->Stop(room_, now)) {
    return std::unexpected(Error::BadField("type", "The meeting is not shown live."));
  }
  return "{}";
}

BroadcastFeature::Result BroadcastFeature::Start(const FeatureRequest& request, Now now) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  BroadcastWish wish;
  wish.targets = ReadTargets(fields);
  wish.hls = fields.OptionalBool("hls", false);
  if (fault) return std::unexpected(*std::move(fault));
  if (auto started = room_.broadcasting()->Start(room_, std::move(wish), now); !started) {
    return std::unexpected(std::move(started.error()));
  }
  return "{}";
}

void BroadcastFeature::OnJoined(Participant&, Now now) {
  if (room_.broadcasting() == nullptr) return;
  if (!std::exchange(watched_, true)) room_.broadcasting()->Watch(room_.id(), *this);
  if (!restored_) return;
  // What it may not go on with, as the operator has it now, is over.
  const auto wish = std::exchange(restored_, std::nullopt);
  if (!room_.broadcasting()->Start(room_, *wish, now)) rows_.Forget(kWish);
}

void BroadcastFeature::OnRoleChanged(const Participant& participant) {
  if (room_.broadcasting() != nullptr && participant.sink) Tell(participant);
}

void BroadcastFeature::OnEmpty() {
  restored_.reset();
  rows_.Forget(kWish);
  told_outside_.clear();
  if (std::exchange(watched_, false) && room_.broadcasting() != nullptr)
    room_.broadcasting()->Forget(room_.id());
}

void BroadcastFeature::Restore(std::string_view key, std::string_view value) {
  rapidjson::Document row;
  row.Parse<rapidjson::kParseIterativeFlag>(value.data(), value.size());
  if (key != kWish || row.HasParseError() || !row.IsObject()) return;
  std::optional<Error> fault;
  FieldReader fields(&row, fault);
  BroadcastWish wish;
  wish.targets = ReadTargets(fields);
  wish.hls = fields.OptionalBool("hls", false);
  wish.records = fields.OptionalBool("records", false);
  wish.id = fields.String("id");
  if (!fault) restored_ = std::move(wish);
}

void BroadcastFeature::OnBroadcast(const BroadcastStatus* status) {
  if (status == nullptr) {
    rows_.Forget(kWish);
    if (!told_outside_.empty()) room_.TellOutside("broadcast.ended", "{}");
    told_outside_.clear();
  } else if (status->id != told_outside_) {
    told_outside_ = status->id;
    rows_.Save(kWish, WriteObject([&](JsonWriter& w) {
                 WriteTexts(w, "targets", status->wish.targets);
                 WriteFlag(w, "hls", status->wish.hls);
                 WriteFlag(w, "records", status->wish.records);
                 WriteField(w, "id", status->id);
               }));
    room_.TellOutside("broadcast.started", "{}");
  }
  for (const Participant* member : room_.participants()) {
    if (member->sink) Tell(*member);
  }
}

void BroadcastFeature::Tell(const Participant& viewer) const {
  viewer.sink->Deliver(WriteEvent(
      "broadcast", 0, [&](JsonWriter& w) { WriteJson(w, "broadcast", StatusFor(viewer)); }));
}

std::string BroadcastFeature::StatusFor(const Participant& viewer) const {
  const BroadcastPort& live = *room_.broadcasting();
  return WriteBroadcastStatus(live.Find(room_), MayShow(viewer) ? &live.offer() : nullptr);
}

void BroadcastFeature::AddTo(Snapshot& snapshot, const Participant& viewer) const {
  if (room_.broadcasting() == nullptr) return;
  snapshot.features.push_back({.name = "broadcast", .json = StatusFor(viewer)});
}

}  // namespace parley
