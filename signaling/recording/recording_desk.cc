#include "signaling/recording/recording_desk.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "recorder/storage/recording_key.h"
#include "sfu/base/log.h"
#include "signaling/room/room.h"
#include "signaling/room/secrets.h"

namespace parley {
namespace {

constexpr size_t kIdBytes = 10;

std::unexpected<Error> Refuse(std::string sentence) {
  return std::unexpected(Error::BadField("action", std::move(sentence)));
}

}  // namespace

RecordingDesk::RecordingDesk(RoomRegistry& rooms, RecorderLauncher& launcher, RandomSource& random,
                             const Limits& limits, std::filesystem::path directory,
                             uint64_t min_free)
    : rooms_(rooms),
      launcher_(launcher),
      random_(random),
      limits_(limits),
      directory_(std::move(directory)),
      disk_(min_free),
      forget_interrupted_(Timestamp::Never()),
      mender_(directory_) {
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  std::filesystem::permissions(directory_, std::filesystem::perms::owner_all, error);
  mender_.MendAll();
  rooms_.SetRecording(this);
}

RecordingDesk::~RecordingDesk() { rooms_.SetRecording(nullptr); }

std::expected<std::string, Error> RecordingDesk::Record(Room& room, RecordAction action, Now now) {
  const auto found = live_.find(room.id());
  if (action == RecordAction::kStart) {
    if (found != live_.end()) return Refuse("The meeting is being recorded already.");
    return Start(room, now);
  }
  if (found == live_.end()) return Refuse("The meeting is not being recorded.");
  LiveRecording& recording = *found->second;
  std::string id = recording.info().id;
  if (action == RecordAction::kStop) {
    recording.TellNews(room, now);
    End(room.id(), now);
    room.SetRecording(std::nullopt);
    return id;
  }
  const bool paused = action == RecordAction::kPause;
  if (recording.info().paused == paused) {
    return Refuse(paused ? "The recording is paused already." : "The recording is not paused.");
  }
  recording.SetPaused(room, paused, now);
  room.SetRecording(recording.info());
  return id;
}

std::expected<std::string, Error> RecordingDesk::Start(Room& room, Now now) {
  if (live_.size() >= limits_.recordings) {
    return std::unexpected(
        Error::Of(ErrorCode::kServerFull, "The server records as many meetings as it may."));
  }
  LookAtDisk();
  if (disk_.step() != DiskStep::kEnough) {
    return std::unexpected(
        Error::Of(ErrorCode::kServerFull, "The disk has no room for a recording."));
  }
  RecordingInfo info{.id = "r" + RandomBase32(random_, kIdBytes),
                     .paused = false,
                     .started_at = now.wall,
                     .asks_consent = room.record().recording.asks_consent};
  room.ForgetConsents();
  return Begin(room, std::move(info), now);
}

std::expected<std::string, Error> RecordingDesk::Begin(Room& room, RecordingInfo info, Now now) {
  LookAtDisk();
  const std::filesystem::path own = directory_ / info.id;
  std::error_code error;
  const bool is_new = std::filesystem::create_directory(own, error);
  std::filesystem::permissions(own, std::filesystem::perms::owner_all, error);
  // One that goes on stays as it began.
  if (!error && is_new) error = RecordingKey::Make(own);
  if (error) {
    LogError("recording_directory", {{"recording", info.id}, {"error", error.message()}});
    return std::unexpected(
        Error::Of(ErrorCode::kInternal, "The server cannot write recordings to its disk."));
  }
  auto recording = std::make_unique<LiveRecording>(
      LiveRecording::Parts{.rooms = rooms_, .launcher = launcher_, .last_feed = last_feed_}, room,
      std::move(info), own);
  std::string id = recording->info().id;
  // A first failure is tried again, as any other.
  if (!recording->Update(room, now)) {
    return std::unexpected(Error::Of(ErrorCode::kInternal, "The recorder does not start."));
  }
  room.SetRecording(recording->info());
  live_[room.id()] = std::move(recording);
  ++started_;
  return id;
}

void RecordingDesk::LookAtDisk() {
  std::error_code error;
  const auto space = std::filesystem::space(directory_, error);
  if (!error) disk_.Update(space.available);
}

void RecordingDesk::End(RoomId room, Now now) {
  const auto found = live_.find(room);
  if (found == live_.end()) return;
  auto recorder = found->second->End(true, now);
  ending_.push_back({.id = found->second->info().id,
                     .recorder = std::move(recorder),
                     .kill_at = now.steady + kEndTimeout});
  live_.erase(found);
}

void RecordingDesk::HandleOpened(Room& room, Now now) {
  if (const auto found = live_.find(room.id()); found != live_.end()) {
    // Everybody left, and somebody came before it was noticed.
    End(room.id(), now);
    room.SetRecording(std::nullopt);
  }
  const auto interrupted = interrupted_.find(room.record().name);
  if (interrupted != interrupted_.end()) {
    RecordingInfo info{.id = std::move(interrupted->second.id),
                       .paused = interrupted->second.paused,
                       .started_at = interrupted->second.started_at,
                       .asks_consent = room.record().recording.asks_consent};
    interrupted_.erase(interrupted);
    if (Begin(room, std::move(info), now)) return;
  }
  // What is practised is for nobody else.
  if (!room.InPractice()) StartByItself(room, now);
}

void RecordingDesk::HandleLive(Room& room, Now now) {
  if (!room.recording()) StartByItself(room, now);
}

void RecordingDesk::StartByItself(Room& room, Now now) {
  if (!room.record().recording.automatic) return;
  if (const auto started = Start(room, now); !started) {
    LogWarning("recording_not_started", {{"error", started.error().message}});
  }
}

void RecordingDesk::AskKeyFrames(RoomId room) {
  if (const auto found = live_.find(room); found != live_.end()) found->second->AskKeyFrames();
}

void RecordingDesk::HandleTimeout(Now now) {
  if (now.steady < next_) return;
  next_ = now.steady + kInterval;
  TakeInterrupted(now);
  std::vector<RoomId> over;
  for (const auto& [id, recording] : live_) {
    Room* room = rooms_.FindById(id);
    const bool there =
        room && room->participant_count() > 0 && room->record().meeting == recording->meeting();
    if (there && recording->Update(*room, now)) continue;
    if (room && room->participant_count() == 0) recording->TellNews(*room, now);
    over.push_back(id);
    if (recording->trouble()) ++failed_;
    if (room) room->SetRecording(std::nullopt, recording->trouble());
  }
  for (const RoomId id : over) End(id, now);
  UpdateDisk(now);
  UpdateEnding(now);
}

void RecordingDesk::UpdateDisk(Now now) {
  const DiskStep before = disk_.step();
  for (const auto& [id, recording] : live_) {
    if (const auto free = recording->TakeFreeBytes()) disk_.Update(*free);
  }
  if (disk_.step() != before) {
    LogWarning("recording_disk",
               {{"step", std::string(ToString(disk_.step()))}, {"free_bytes", disk_.free()}});
  }
  std::vector<RoomId> over;
  for (const auto& [id, recording] : live_) {
    if (recording->info().disk == disk_.step()) continue;
    Room* room = rooms_.FindById(id);
    if (disk_.step() == DiskStep::kFull) {
      over.push_back(id);
      ++failed_;
      if (room) room->SetRecording(std::nullopt, DiskFull());
      continue;
    }
    recording->SetDiskStep(disk_.step(), now);
    if (room) room->SetRecording(recording->info());
  }
  for (const RoomId id : over) End(id, now);
}

void RecordingDesk::TakeInterrupted(Now now) {
  for (RecordingState& state : mender_.TakeInterrupted()) {
    if (forget_interrupted_.IsNever()) forget_interrupted_ = now.steady + limits_.resume_grace;
    Interrupted found{.id = std::move(state.id),
                      .paused = state.paused,
                      .started_at = WallTime::UnixMicros(state.started_at_us)};
    interrupted_[state.room] = std::move(found);
    // It may be that they were back sooner.
    Room* room = rooms_.Find(state.room);
    if (room && room->participant_count() > 0 && !live_.contains(room->id())) {
      HandleOpened(*room, now);
    }
  }
  if (forget_interrupted_ <= now.steady) interrupted_.clear();
}

void RecordingDesk::UpdateEnding(Now now) {
  std::erase_if(ending_, [&](Ending& ending) {
    if (ending.recorder && !ending.recorder->HasEnded()) {
      if (ending.kill_at <= now.steady) ending.recorder->Kill();
      return false;
    }
    // For what it did not complete.
    mender_.Mend(ending.id);
    return true;
  });
}

bool RecordingDesk::IsBusy(std::string_view id) const {
  return std::ranges::any_of(live_,
                             [&](const auto& entry) { return entry.second->info().id == id; }) ||
         std::ranges::any_of(ending_, [&](const Ending& ending) { return ending.id == id; });
}

}  // namespace parley
