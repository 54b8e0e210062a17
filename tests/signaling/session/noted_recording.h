#pragma once

#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "signaling/room/recording_port.h"
#include "signaling/room/room.h"

namespace parley::test {

// Takes notes in place of a recorder.
class NotedRecording final : public RecordingPort {
 public:
  std::expected<std::string, Error> Record(Room& room, RecordAction action, Now now) override {
    if (action == RecordAction::kResume) {
      return std::unexpected(Error::BadField("action", "The recording is not paused."));
    }
    std::optional<RecordingInfo> recording;
    if (action == RecordAction::kStart) {
      recording = RecordingInfo{.id = "rabcdefghijklmnop",
                                .paused = false,
                                .started_at = now.wall,
                                .asks_consent = false};
    }
    room.SetRecording(std::move(recording));
    return "rabcdefghijklmnop";
  }
  void HandleOpened(Room& room, Now) override { opened.push_back(room.record().name); }
  void HandleLive(Room& room, Now) override { live.push_back(room.record().name); }
  std::vector<std::string> opened;
  std::vector<std::string> live;
};

}  // namespace parley::test
