#include "signaling/recording/broadcast_desk.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "recorder/live/rtmp_url.h"
#include "sfu/base/log.h"
#include "signaling/recording/recording_desk.h"
#include "signaling/room/limits.h"
#include "signaling/room/room.h"
#include "signaling/room/room_registry.h"
#include "signaling/room/secrets.h"

namespace parley {
namespace {

constexpr size_t kIdBytes = 15;

}  // namespace

BroadcastDesk::BroadcastDesk(RoomRegistry& rooms, RecordingDesk& recordings,
                             BroadcastLauncher& launcher, RandomSource& random,
                             const Limits& limits, const BroadcastSettings& settings,
                             std::filesystem::path directory)
    : rooms_(rooms),
      recordings_(recordings),
      launcher_(launcher),
      random_(random),
      limits_(limits),
      settings_(settings),
      offer_{.hls = settings.hls, .rtmp_hosts = settings.rtmp_hosts},
      directory_(std::move(directory)) {
  std::error_code error;
  if (!offer_.any()) {
    std::filesystem::remove_all(directory_, error);
    return;
  }
  std::filesystem::create_directories(directory_, error);
  std::filesystem::permissions(directory_, std::filesystem::perms::owner_all, error);
  rooms_.SetBroadcasting(this);
}

BroadcastDesk::~BroadcastDesk() {
  if (offer_.any()) rooms_.SetBroadcasting(nullptr);
}

bool BroadcastDesk::MayGoTo(std::string_view host) const {
  return std::ranges::any_of(settings_.rtmp_hosts, [host](std::string_view allowed) {
    if (allowed == "*") return true;
    if (!allowed.starts_with("*.")) return host == allowed;
    return host.ends_with(allowed.substr(1));
  });
}

std::optional<Error> BroadcastDesk::Refuse(const BroadcastWish& wish) const {
  if (wish.hls && !settings_.hls) {
    return Error::BadField("hls", "This server shows no meetings on pages of its own.");
  }
  if (wish.targets.empty() && !wish.hls) {
    return Error::BadField("targets", "Name an address to send to.");
  }
  if (wish.targets.size() > settings_.targets) {
    return Error::BadField("targets", "A meeting is sent to " + std::to_string(settings_.targets) +
                                          " addresses at most.");
  }
  std::vector<RtmpUrl> known;
  for (const std::string& target : wish.targets) {
    const auto url = RtmpUrl::Parse(target);
    if (!url) {
      return Error::BadField("targets",
                             "An address looks like rtmp://HOST/APP/KEY or rtmps://HOST/APP/KEY.");
    }
    if (!MayGoTo(url->host)) {
      return Error::BadField("targets", "This server may not send to " + url->host + ".");
    }
    if (std::ranges::find(known, *url) != known.end()) {
      return Error::BadField("targets", "The same address is there twice.");
    }
    known.push_back(*url);
  }
  return std::nullopt;
}

std::expected<void, Error> BroadcastDesk::Start(Room& room, BroadcastWish wish, Now now) {
  if (auto refusal = Refuse(wish)) return std::unexpected(*std::move(refusal));
  if (live_.contains(room.id())) {
    return std::unexpected(Error::BadField("targets", "The meeting is shown live already."));
  }
  if (live_.size() >= settings_.at_once) {
    return std::unexpected(
        Error::Of(ErrorCode::kServerFull, "The server shows as many meetings live as it may."));
  }
  if (room.participant_count() == 0) {
    return std::unexpected(
        Error::BadField("name", "Nobody is in the room whom anybody could see."));
  }
  const bool resumes = !wish.id.empty();
  if (!resumes) wish.id = "l" + RandomBase32(random_, kIdBytes);
  const std::filesystem::path output = directory_ / wish.id;
  std::error_code error;
  std::filesystem::create_directory(output, error);
  if (!error) {
    std::filesystem::permissions(output, std::filesystem::perms::owner_all, error);
  }
  if (error) {
    LogError("live_directory", {{"live", wish.id}, {"error", error.message()}});
    return std::unexpected(Error::Of(ErrorCode::kInternal, "The server cannot write to its disk."));
  }
  if (!resumes && !room.recording()) {
    if (auto recorded = recordings_.Record(room, RecordAction::kStart, now); !recorded) {
      std::filesystem::remove(output, error);
      return std::unexpected(std::move(recorded.error()));
    }
    wish.records = true;
  }
  LogInfo("live_started", {{"live", wish.id}, {"targets", wish.targets.size()}});
  BroadcastStatus status{
      .id = wish.id, .trouble = {}, .started_at = now.wall, .wish = std::move(wish), .targets = {}};
  auto live = std::make_unique<Live>(
      Live{.job = BroadcastJob(launcher_, std::move(status), output),
           .meeting = room.record().meeting,
           .recording = {},
           .record_at = now.steady + (resumes ? kRecordingWait : Duration::Zero())});
  const BroadcastStatus& told = live->job.status();
  live_[room.id()] = std::move(live);
  Tell(room.id(), &told);
  return {};
}

bool BroadcastDesk::Stop(Room& room, Now now) {
  const auto found = live_.find(room.id());
  if (found == live_.end()) return false;
  const bool records = found->second->job.status().wish.records;
  const std::string recording = found->second->recording;
  End(room.id(), now);
  Tell(room.id(), nullptr);
  if (records && room.recording() && room.recording()->id == recording) {
    // It was begun for this.
    static_cast<void>(recordings_.Record(room, RecordAction::kStop, now));
  }
  return true;
}

const BroadcastStatus* BroadcastDesk::Find(const Room& room) const {
  const auto found = live_.find(room.id());
  return found != live_.end() ? &found->second->job.status() : nullptr;
}

void BroadcastDesk::Forget(RoomId room) {
  listeners_.erase(room);
  if (const auto found = live_.find(room); found != live_.end()) found->second->abandoned = true;
}

void BroadcastDesk::Tell(RoomId room, const BroadcastStatus* status) {
  const auto listener = listeners_.find(room);
  if (listener != listeners_.end()) listener->second->OnBroadcast(status);
}

void BroadcastDesk::HandleTimeout(Now now) {
  if (!offer_.any() || now.steady < next_) return;
  next_ = now.steady + kInterval;
  if (!forget_at_) forget_at_ = now.steady + limits_.resume_token_life;
  if (!forgotten_ && *forget_at_ <= now.steady) RemoveForgotten();
  std::vector<RoomId> over;
  for (const auto& [id, live] : live_) {
    Room* room = rooms_.FindById(id);
    const bool there = room && !live->abandoned && room->participant_count() > 0 &&
                       room->record().meeting == live->meeting;
    if (!there || !Update(*live, *room, now)) over.push_back(id);
  }
  for (const RoomId id : over) {
    Room* room = rooms_.FindById(id);
    // Where nobody is, nobody is told: the server may be about to end.
    if (live_[id]->abandoned || room == nullptr || room->participant_count() == 0) {
      End(id, now);
    } else {
      Stop(*room, now);
    }
  }
  UpdateEnding(now);
}

bool BroadcastDesk::Update(Live& live, Room& room, Now now) {
  if (!room.recording()) {
    // Whoever ends the recording ends this.
    if (!live.recording.empty()) return false;
    if (now.steady < live.record_at) return true;
    return recordings_.Record(room, RecordAction::kStart, now).has_value();
  }
  live.recording = room.recording()->id;
  const bool changed = live.job.Update(recordings_.directory() / live.recording, now,
                                       [&] { recordings_.AskKeyFrames(room.id()); });
  if (changed) Tell(room.id(), &live.job.status());
  return !live.job.is_over();
}

void BroadcastDesk::End(RoomId room, Now now) {
  const auto found = live_.find(room);
  if (found == live_.end()) return;
  std::unique_ptr<Live> live = std::move(found->second);
  live_.erase(found);
  live->job.End();
  const BroadcastStatus& status = live->job.status();
  LogInfo("live_ended", {{"live", status.id}});
  ended_reconnects_ += live->job.reconnects();
  ended_deaths_ += live->job.deaths();
  ending_.push_back({.live = {},
                     .id = status.id,
                     .hls = status.wish.hls,
                     .kill_at = now.steady + kEndTimeout,
                     .remove_at = now.steady + kFilesStay});
  ending_.back().live = std::move(live);
}

void BroadcastDesk::UpdateEnding(Now now) {
  std::erase_if(ending_, [&](Ending& ending) {
    if (ending.live && (ending.live->job.HasEnded() || ending.kill_at <= now.steady)) {
      ending.live.reset();
    }
    if (now.steady < ending.remove_at) return false;
    std::error_code error;
    std::filesystem::remove_all(directory_ / ending.id, error);
    return true;
  });
}

void BroadcastDesk::RemoveForgotten() {
  forgotten_ = true;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, error)) {
    const std::string id = entry.path().filename().string();
    const bool known = std::ranges::any_of(
                           live_, [&](const auto& l) { return l.second->job.status().id == id; }) ||
                       std::ranges::find(ending_, id, &Ending::id) != ending_.end();
    std::error_code ignored;
    if (!known) std::filesystem::remove_all(entry.path(), ignored);
  }
}

std::optional<std::filesystem::path> BroadcastDesk::FilesOf(std::string_view id) const {
  const bool live = std::ranges::any_of(live_, [id](const auto& entry) {
    const BroadcastStatus& status = entry.second->job.status();
    return status.id == id && status.wish.hls;
  });
  const bool ending = std::ranges::any_of(
      ending_, [id](const Ending& entry) { return entry.id == id && entry.hls; });
  if (!live && !ending) return std::nullopt;
  return directory_ / id;
}

BroadcastDesk::Figures BroadcastDesk::figures() const {
  Figures all{
      .meetings = live_.size(), .reconnects = ended_reconnects_, .composers_died = ended_deaths_};
  for (const auto& [room, live] : live_) {
    const BroadcastJob& job = live->job;
    all.targets += static_cast<size_t>(
        std::ranges::count(job.status().targets, BroadcastState::kLive, &BroadcastTarget::state));
    all.reconnects += job.reconnects();
    all.composers_died += job.deaths();
    const BroadcastJob::Figures& now = job.figures();
    if (now.frame_rate == 0) continue;
    all.frame_rate =
        all.frame_rate == 0 ? now.frame_rate : std::min(all.frame_rate, now.frame_rate);
    all.height = all.height == 0 ? now.height : std::min(all.height, now.height);
    all.late_ms = std::max(all.late_ms, now.late_ms);
  }
  return all;
}

}  // namespace parley
