#include "signaling/recording/live_recording.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <utility>

#include "recorder/library/json_fields.h"
#include "recorder/library/json_object.h"
#include "sfu/base/log.h"
#include "signaling/room/room.h"
#include "signaling/room/room_registry.h"

namespace parley {

RecordingTrouble DiskFull() {
  return {.code = "disk_full", .message = "The disk is full: the recording ends here."};
}

LiveRecording::LiveRecording(Parts parts, const Room& room, RecordingInfo info,
                             std::filesystem::path directory)
    : parts_(parts),
      room_(room.id()),
      meeting_(room.record().meeting),
      info_(std::move(info)),
      directory_(std::move(directory)),
      taps_(parts.rooms, room.id()) {}

LiveRecording::~LiveRecording() { LetGo(); }

bool LiveRecording::Update(Room& room, Now now) {
  if (link_) {
    HandleReplies();
    if (trouble_) return false;
    if (link_->HasEnded() && !HandleDeath(now)) return false;
  }
  if (!link_ && !Launch(room, now)) return HandleDeath(now);
  TellNews(room, now);
  const auto is_there = [&](const Participant& participant) {
    return chronicle_.IsThere(participant.id);
  };
  taps_.Update(room, feed_, info_.disk, is_there,
               [&](Ssrc ssrc, const std::optional<std::string>& description) {
                 if (description) {
                   Tell(FeedMessage::kSourceOpen, ssrc, *description, now);
                 } else {
                   Tell(FeedMessage::kSourceClose, ssrc, {}, now);
                 }
                 // Before its first packet is under way.
                 Flush();
               });
  Flush();
  if (waiting_bytes_ > kMaxWaiting) link_->Kill();
  return true;
}

bool LiveRecording::Launch(const Room& room, Now now) {
  const int workers = parts_.rooms.media().worker_count();
  auto link = parts_.launcher.Launch(directory_, workers);
  if (!link) {
    LogError("recorder_not_started", {{"recording", info_.id}, {"error", link.error()}});
    return false;
  }
  link_ = *std::move(link);
  feed_ = parts_.last_feed = FeedId(parts_.last_feed.value() + 1);
  uint8_t worker = 0;
  for (const int socket : link_->TakeFeeds()) {
    parts_.rooms.media().Send(WorkerIndex(worker++), OpenFeed{.feed = feed_, .socket = socket});
  }
  chronicle_.BeginSegment();
  TellEvent(JsonObject()
                .Text("type", "begin")
                .Text("id", info_.id)
                .Text("room", room.record().name)
                .Text("title", room.record().title)
                .Number("keep_days", room.record().recording.keep_days)
                .Number("wall_us", now.wall.unix_us())
                .Finish(),
            now);
  if (info_.paused) TellEvent(JsonObject().Text("type", "pause").Finish(), now);
  if (info_.disk != DiskStep::kEnough) TellDisk(now);
  LogInfo("recorder_started", {{"recording", info_.id}});
  return true;
}

void LiveRecording::LetGo() {
  taps_.Clear();
  if (feed_ != FeedId()) {
    for (int i = 0; i < parts_.rooms.media().worker_count(); ++i) {
      parts_.rooms.media().Send(WorkerIndex(static_cast<uint8_t>(i)), CloseFeed{.feed = feed_});
    }
  }
  feed_ = {};
  link_.reset();
  waiting_.clear();
  waiting_bytes_ = 0;
}

void LiveRecording::HandleReplies() {
  while (const auto reply = link_->Receive()) {
    if (reply->type == FeedReply::kKeyFrameWanted) taps_.AskKeyFrame(reply->ssrc);
    if (reply->type == FeedReply::kStatus) HandleStatus(reply->json);
    if (reply->type == FeedReply::kTrouble) HandleTrouble(reply->json);
  }
}

void LiveRecording::HandleStatus(std::string_view json) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  if (document.HasParseError() || !document.IsObject() || !document.HasMember("free")) return;
  free_bytes_ = static_cast<uint64_t>(std::max<int64_t>(NumberField(document, "free"), 0));
}

// The recorder has completed what it could.
void LiveRecording::HandleTrouble(std::string_view json) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  trouble_ = RecordingTrouble{.code = "disk_error", .message = "The disk cannot be written."};
  if (document.HasParseError() || !document.IsObject()) return;
  if (TextField(document, "code") == "disk_full") {
    trouble_ = DiskFull();
  }
}

bool LiveRecording::HandleDeath(Now now) {
  LetGo();
  deaths_.push_back(now.steady);
  while (now.steady - deaths_.front() > kDeathsWithin) deaths_.pop_front();
  LogWarning("recorder_died", {{"recording", info_.id}, {"deaths", deaths_.size()}});
  if (deaths_.size() < kMaxDeaths) return true;
  trouble_ = {.code = "recorder_failed",
              .message = "The recorder failed again and again: the recording ends here."};
  return false;
}

void LiveRecording::SetDiskStep(DiskStep step, Now now) {
  info_.disk = step;
  if (!link_) return;
  TellDisk(now);
  Flush();
}

void LiveRecording::TellDisk(Now now) {
  TellEvent(JsonObject().Text("type", "disk").Text("step", ToString(info_.disk)).Finish(), now);
}

void LiveRecording::TellNews(Room& room, Now now) {
  if (!link_) return;
  chronicle_.Update(room, now, [&](const std::string& record) { TellEvent(record, now); });
}

void LiveRecording::SetPaused(Room& room, bool paused, Now now) {
  info_.paused = paused;
  if (!link_) return;
  TellNews(room, now);
  TellEvent(JsonObject().Text("type", paused ? "pause" : "resume").Finish(), now);
  Flush();
}

std::unique_ptr<RecorderLink> LiveRecording::End(bool finished, Now now) {
  if (link_) {
    // Nobody watches for whom the room kept a seat.
    if (const auto since = chronicle_.empty_since()) now.steady = *since;
    if (finished) Tell(FeedMessage::kEnd, {}, {}, now);
    Flush();
  }
  auto link = std::move(link_);
  LetGo();
  return link;
}

void LiveRecording::Tell(FeedMessage type, Ssrc ssrc, std::string_view payload, Now now) {
  const FeedHeader header = WriteFeedHeader(type, ssrc, now.steady);
  std::string message(header.begin(), header.end());
  message += payload;
  waiting_bytes_ += message.size();
  waiting_.push_back(std::move(message));
}

void LiveRecording::Flush() {
  while (!waiting_.empty() && link_->Send(waiting_.front())) {
    waiting_bytes_ -= waiting_.front().size();
    waiting_.pop_front();
  }
}

}  // namespace parley
