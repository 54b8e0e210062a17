#pragma once

// Every meeting of the server that is shown live. What is shown is composed of the recording that
// is being written, so that a room is recorded as long as it is live and what holds for recordings
// (consent, pauses) holds here; one that was begun for it ends with it. Signaling thread; owned by
// main, outlived by the registry, the recordings and the launcher.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/base/random.h"
#include "signaling/recording/broadcast_job.h"
#include "signaling/recording/broadcast_processes.h"
#include "signaling/recording/broadcast_settings.h"
#include "signaling/room/broadcast_port.h"
#include "signaling/room/now.h"

namespace parley {

class RecordingDesk;
class Room;
class RoomRegistry;
struct Limits;

class BroadcastDesk final : public BroadcastPort {
 public:
  // `directory` holds a directory per meeting that is live, and is made when it is missing; where
  // nothing may be shown, it is removed.
  BroadcastDesk(RoomRegistry& rooms, RecordingDesk& recordings, BroadcastLauncher& launcher,
                RandomSource& random, const Limits& limits, const BroadcastSettings& settings,
                std::filesystem::path directory);
  ~BroadcastDesk() override;
  BroadcastDesk(const BroadcastDesk&) = delete;
  BroadcastDesk& operator=(const BroadcastDesk&) = delete;

  // BroadcastPort
  const BroadcastOffer& offer() const override { return offer_; }
  std::expected<void, Error> Start(Room& room, BroadcastWish wish, Now now) override;
  bool Stop(Room& room, Now now) override;
  const BroadcastStatus* Find(const Room& room) const override;
  void Watch(RoomId room, BroadcastListener& listener) override { listeners_[room] = &listener; }
  void Forget(RoomId room) override;

  // Call it every turn; it looks around every kInterval.
  void HandleTimeout(Now now);

  // Where the segments are of what may be watched here; nothing when there is no such id. The
  // directory stays for some time after it is over.
  std::optional<std::filesystem::path> FilesOf(std::string_view id) const;

  struct Figures {
    size_t meetings = 0;
    size_t targets = 0;           // that are being sent to
    uint64_t reconnects = 0;      // since the start
    uint64_t composers_died = 0;  // since the start
    int64_t frame_rate = 0;       // the least
    int64_t height = 0;           // the least
    int64_t late_ms = 0;          // the most
  };
  Figures figures() const;

 private:
  static constexpr Duration kInterval = Duration::Millis(250);
  // After a restart of the server the recording goes on by itself, or is begun anew then.
  static constexpr Duration kRecordingWait = Duration::Seconds(10);
  // Processes have as long to end; files are there longer, for those who watch late.
  static constexpr Duration kEndTimeout = Duration::Seconds(10);
  static constexpr Duration kFilesStay = Duration::Seconds(60);

  struct Live {
    BroadcastJob job;
    uint32_t meeting = 0;
    std::string recording;   // id, once there was one
    Timestamp record_at;     // begin a recording then, when there is none
    bool abandoned = false;  // its meeting is over
  };
  struct Ending {
    std::unique_ptr<Live> live;  // null: its processes are gone
    std::string id;
    bool hls = false;
    Timestamp kill_at;
    Timestamp remove_at;
  };

  std::optional<Error> Refuse(const BroadcastWish& wish) const;
  bool MayGoTo(std::string_view host) const;
  // True when it goes on.
  bool Update(Live& live, Room& room, Now now);
  void End(RoomId room, Now now);
  void UpdateEnding(Now now);
  void Tell(RoomId room, const BroadcastStatus* status);
  // What a server left that was killed, and nobody went on with.
  void RemoveForgotten();

  RoomRegistry& rooms_;
  RecordingDesk& recordings_;
  BroadcastLauncher& launcher_;
  RandomSource& random_;
  const Limits& limits_;
  const BroadcastSettings settings_;
  const BroadcastOffer offer_;
  const std::filesystem::path directory_;
  std::map<RoomId, std::unique_ptr<Live>> live_;
  std::map<RoomId, BroadcastListener*> listeners_;
  std::vector<Ending> ending_;
  Timestamp next_;
  std::optional<Timestamp> forget_at_;
  bool forgotten_ = false;
  uint64_t ended_reconnects_ = 0;
  uint64_t ended_deaths_ = 0;
};

}  // namespace parley
