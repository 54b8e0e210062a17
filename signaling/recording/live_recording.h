#pragma once

// One recording under way: a recorder process that is told what happens in the room and given its
// media, and started again, into the next segment, when it dies. Signaling thread; what waits for
// the recorder is bounded (kMaxWaiting), and so is how often it may die (kMaxDeaths).

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sfu/base/ids.h"
#include "sfu/port/feed_message.h"
#include "signaling/protocol/messages.h"
#include "signaling/recording/recorder_link.h"
#include "signaling/recording/room_chronicle.h"
#include "signaling/recording/source_taps.h"
#include "signaling/room/now.h"

namespace parley {

class Room;
class RoomRegistry;

class LiveRecording {
 public:
  // Bytes; a recorder that reads nothing for so long is as good as dead.
  static constexpr size_t kMaxWaiting = 4 << 20;
  static constexpr size_t kMaxDeaths = 5;
  static constexpr Duration kDeathsWithin = Duration::Seconds(60);

  struct Parts {
    RoomRegistry& rooms;
    RecorderLauncher& launcher;
    FeedId& last_feed;  // of the process
  };

  // Into a directory that is there.
  LiveRecording(Parts parts, const Room& room, RecordingInfo info, std::filesystem::path directory);
  ~LiveRecording();
  LiveRecording(const LiveRecording&) = delete;
  LiveRecording& operator=(const LiveRecording&) = delete;

  const RecordingInfo& info() const { return info_; }
  // Of the meeting that it belongs to; see RoomRecord.
  uint32_t meeting() const { return meeting_; }

  // Tells the recorder what is new, and hears it. False when it cannot go on; trouble() says why.
  [[nodiscard]] bool Update(Room& room, Now now);
  const std::optional<RecordingTrouble>& trouble() const { return trouble_; }

  // What a recorder told of the disk since the last time.
  std::optional<uint64_t> TakeFreeBytes() { return std::exchange(free_bytes_, std::nullopt); }
  // What is given up from now on; never kFull.
  void SetDiskStep(DiskStep step, Now now);

  // Somebody reads it from here on.
  void AskKeyFrames() { taps_.AskKeyFrames(); }
  // Tells the recorder who came and what was said until now; it stands before what is told next.
  void TellNews(Room& room, Now now);
  // Nothing is stored while it is paused. What is new is told before.
  void SetPaused(Room& room, bool paused, Now now);
  // The recorder, which was told that this is the end (`finished`) or lets go of its segment only;
  // null when there is none. Nothing can be done with the recording afterwards.
  std::unique_ptr<RecorderLink> End(bool finished, Now now);

 private:
  bool Launch(const Room& room, Now now);
  void LetGo();
  void HandleReplies();
  void HandleStatus(std::string_view json);
  void HandleTrouble(std::string_view json);
  // False when it died too often.
  bool HandleDeath(Now now);
  void Tell(FeedMessage type, Ssrc ssrc, std::string_view payload, Now now);
  void TellEvent(std::string_view record, Now now) { Tell(FeedMessage::kEvent, {}, record, now); }
  void TellDisk(Now now);
  void Flush();

  Parts parts_;
  const RoomId room_;
  const uint32_t meeting_;
  RecordingInfo info_;
  const std::filesystem::path directory_;
  std::unique_ptr<RecorderLink> link_;  // null: to be started
  FeedId feed_;
  RoomChronicle chronicle_;
  SourceTaps taps_;
  std::deque<std::string> waiting_;
  size_t waiting_bytes_ = 0;
  std::deque<Timestamp> deaths_;
  std::optional<RecordingTrouble> trouble_;
  std::optional<uint64_t> free_bytes_;
};

RecordingTrouble DiskFull();

}  // namespace parley
