#include "signaling/features/announcement/announcement_feature.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <memory>
#include <utility>

#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/protocol/strict_json.h"
#include "signaling/room/display_name.h"
#include "signaling/room/participant_sink.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room.h"

namespace parley {
namespace {

constexpr std::string_view kStanding = "standing";

}  // namespace

FeatureEntry AnnouncementFeature::Entry() {
  return {.name = "announcement",
          .requests = {"announcement", "announcement.withdraw"},
          .make = [](Room& room) -> std::unique_ptr<Feature> {
            return std::make_unique<AnnouncementFeature>(room);
          }};
}

std::expected<std::string, Error> AnnouncementFeature::Handle(Participant& from,
                                                              const FeatureRequest& request,
                                                              Now now) {
  if (!MayDo(from.role, Action::kAnnounce)) {
    return std::unexpected(Error::Of(ErrorCode::kForbidden, "Only hosts announce something."));
  }
  if (request.verb != "withdraw") return Announce(request, now);
  if (standing_) {
    standing_.reset();
    rows_.Forget(kStanding);
    Tell();
  }
  return "{}";
}

std::expected<std::string, Error> AnnouncementFeature::Announce(const FeatureRequest& request,
                                                                Now now) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  std::string text = fields.String("text");
  if (fault) return std::unexpected(*std::move(fault));
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
    return std::unexpected(Error::BadField("text", "There is nothing to announce."));
  }
  if (CountCodePoints(text).value_or(0) > kAnnouncementCharacters) {
    Error error = Error::Of(ErrorCode::kTooLarge, "The announcement is too long.");
    error.field = "text";
    return std::unexpected(std::move(error));
  }
  full_again_ = std::max(full_again_, now.steady);
  const Duration wait =
      full_again_ + kAnnouncementInterval - now.steady - kAnnouncementInterval * kAnnouncementBurst;
  if (wait > Duration::Zero()) {
    Error error = Error::Of(ErrorCode::kTooManyRequests);
    error.retry_after_ms = wait.ms() + 1;
    return std::unexpected(std::move(error));
  }
  full_again_ = full_again_ + kAnnouncementInterval;

  standing_ = {.number = ++count_, .text = std::move(text), .at = now.wall};
  rows_.Save(kStanding, Json());
  Tell();
  for (const Participant* participant : room_.participants()) {
    if (participant->sink) participant->sink->OnAnnouncement();
  }
  for (const Lobby* lobby : {&room_.lobby(), &room_.foyer()}) {
    for (const auto& knock : lobby->queue()) {
      if (knock->sink) knock->sink->OnAnnouncement();
    }
  }
  return WriteObject([&](JsonWriter& w) {
    WriteField(w, "announcement", "a" + std::to_string(standing_->number));
  });
}

void AnnouncementFeature::Tell() {
  const auto write = [&](JsonWriter& w) { WriteJson(w, "announcement", Json()); };
  room_.Broadcast(WriteEvent("announcement.changed", room_.NextVersion(), write));
  room_.BroadcastToWaiting(WriteEvent("announcement.changed", 0, write));
  room_.TellOutside("announcement.changed", WriteObject(write));
}

std::string AnnouncementFeature::Json() const {
  if (!standing_) return "null";
  return WriteObject([&](JsonWriter& w) {
    WriteField(w, "id", "a" + std::to_string(standing_->number));
    WriteField(w, "text", standing_->text);
    WriteTime(w, "at", standing_->at);
  });
}

void AnnouncementFeature::OnEmpty() {
  if (standing_) rows_.Forget(kStanding);
  standing_.reset();
}

void AnnouncementFeature::AddTo(Snapshot& snapshot, const Participant&) const {
  snapshot.features.push_back({.name = "announcement", .json = Json()});
}

void AnnouncementFeature::AddToWaiting(WaitingResult& waiting) const {
  if (standing_) waiting.members.push_back({.name = "announcement", .json = Json()});
}

void AnnouncementFeature::Restore(std::string_view key, std::string_view value) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max() / 1000;
  if (key != kStanding) return;
  rapidjson::Document document;
  const JsonBounds bounds{.bytes = std::numeric_limits<size_t>::max(), .depth = 2};
  if (ParseStrictJson(value, bounds, document) != JsonFault::kNone) return;
  std::optional<Error> fault;
  FieldReader fields(document, fault);
  const std::string id = fields.String("id");
  Announcement read{.text = fields.String("text"),
                    .at = WallTime::UnixMicros(fields.Integer("at", 0, kMax) * 1000)};
  if (fault || !id.starts_with('a')) return;
  std::from_chars(id.data() + 1, id.data() + id.size(), read.number);
  count_ = read.number;
  standing_ = std::move(read);
}

}  // namespace parley
