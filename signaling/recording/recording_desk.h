#pragma once

// Every recording of the server: begins and ends them, sees to it that each room has one at most,
// and goes on with those that a restart interrupted. Signaling thread; owned by main, outlived by
// the registry and the launcher.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/base/random.h"
#include "signaling/recording/disk_pressure.h"
#include "signaling/recording/live_recording.h"
#include "signaling/recording/recorder_link.h"
#include "signaling/recording/recording_mender.h"
#include "signaling/room/limits.h"
#include "signaling/room/now.h"
#include "signaling/room/recording_port.h"
#include "signaling/room/room_registry.h"

namespace parley {

class RecordingDesk final : public RecordingPort {
 public:
  // `directory` holds a directory per recording, and is made when it is missing. On its disk
  // recordings leave `min_free` bytes.
  RecordingDesk(RoomRegistry& rooms, RecorderLauncher& launcher, RandomSource& random,
                const Limits& limits, std::filesystem::path directory, uint64_t min_free);
  // Recordings stay interrupted: the next start goes on with them.
  ~RecordingDesk() override;
  RecordingDesk(const RecordingDesk&) = delete;
  RecordingDesk& operator=(const RecordingDesk&) = delete;

  // RecordingPort
  std::expected<std::string, Error> Record(Room& room, RecordAction action, Now now) override;
  void HandleOpened(Room& room, Now now) override;
  void HandleLive(Room& room, Now now) override;

  // Of all that is recorded in the room: somebody begins to read it in the middle.
  void AskKeyFrames(RoomId room);
  // Call it every turn; it looks around every kInterval.
  void HandleTimeout(Now now);
  // Whether files of the recording may still change.
  bool IsBusy(std::string_view id) const;
  size_t recording_count() const { return live_.size(); }
  // Since the start.
  uint64_t started() const { return started_; }
  uint64_t failed() const { return failed_; }
  const DiskPressure& disk() const { return disk_; }
  const std::filesystem::path& directory() const { return directory_; }

 private:
  static constexpr Duration kInterval = Duration::Millis(50);
  // A recorder that was told the end has as long to complete its files.
  static constexpr Duration kEndTimeout = Duration::Seconds(10);

  struct Ending {
    std::string id;
    std::unique_ptr<RecorderLink> recorder;
    Timestamp kill_at;
  };
  struct Interrupted {
    std::string id;
    bool paused = false;
    WallTime started_at;
  };

  std::expected<std::string, Error> Start(Room& room, Now now);
  // Where the room's policy has it so.
  void StartByItself(Room& room, Now now);
  std::expected<std::string, Error> Begin(Room& room, RecordingInfo info, Now now);
  void End(RoomId room, Now now);
  // Before the first recorder tells of it.
  void LookAtDisk();
  // Hears from recorders how much room there is, and has everyone keep to what that allows.
  void UpdateDisk(Now now);
  void TakeInterrupted(Now now);
  void UpdateEnding(Now now);

  RoomRegistry& rooms_;
  RecorderLauncher& launcher_;
  RandomSource& random_;
  const Limits& limits_;
  const std::filesystem::path directory_;
  FeedId last_feed_;
  DiskPressure disk_;
  std::map<RoomId, std::unique_ptr<LiveRecording>> live_;
  std::vector<Ending> ending_;
  std::map<std::string, Interrupted> interrupted_;  // by the room's name
  Timestamp forget_interrupted_;
  Timestamp next_;
  uint64_t started_ = 0;
  uint64_t failed_ = 0;
  RecordingMender mender_;
};

}  // namespace parley
