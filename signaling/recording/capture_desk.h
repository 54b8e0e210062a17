#pragma once

// Writes what is sent in a test room, decrypted, into files for Wireshark: one at a time, of rooms
// that were made for it only (Room::debug), and not at all unless the operator's configuration
// allows it. Everybody in such a room is told by its snapshot. Signaling thread; bounded in time
// and size by each capture's Limits.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "sfu/base/ids.h"
#include "sfu/base/units.h"
#include "signaling/protocol/error.h"
#include "signaling/recording/capture_writer.h"
#include "signaling/recording/source_taps.h"
#include "signaling/room/now.h"

namespace parley {

class Room;
class RoomRegistry;

class CaptureDesk {
 public:
  struct Limits {
    Duration time = Duration::Seconds(30);
    uint64_t bytes = 64 << 20;
  };
  struct Status {
    std::string room;
    std::filesystem::path file;
    uint64_t packets = 0;
    uint64_t bytes = 0;
    bool running = false;
  };

  // `directory` is made with the first capture.
  CaptureDesk(RoomRegistry& rooms, bool allowed, std::filesystem::path directory);
  // Ends what is under way.
  ~CaptureDesk();
  CaptureDesk(const CaptureDesk&) = delete;
  CaptureDesk& operator=(const CaptureDesk&) = delete;

  // Errors: forbidden, server_full while there is another, internal.
  std::expected<Status, Error> Start(Room& room, const Limits& limits, Now now);
  // Of the last one.
  std::optional<Status> status() const;
  // Call it every turn.
  void HandleTimeout(Now now);

 private:
  struct Capture;
  void End();

  RoomRegistry& rooms_;
  const bool allowed_;
  const std::filesystem::path directory_;
  uint32_t captures_ = 0;
  std::optional<Status> last_;
  std::unique_ptr<Capture> capture_;
};

}  // namespace parley
