#pragma once

// A recorder process and how one is started, as the signaling thread sees them; RecorderProcess is
// the real one. Nothing here blocks.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/port/feed_message.h"

namespace parley {

struct RecorderReply {
  FeedReply type{};
  Ssrc ssrc;         // of kKeyFrameWanted
  std::string json;  // of the others
};

class RecorderLink {
 public:
  // Closes the sockets: a recorder that was not told the end completes its segment by itself.
  virtual ~RecorderLink() = default;

  // The other ends of the feeds, one per worker; the caller's from here on. Once.
  virtual std::vector<int> TakeFeeds() = 0;
  // One message over the control socket; false when it takes no more now.
  virtual bool Send(std::string_view message) = 0;
  // Nothing when there is none.
  virtual std::optional<RecorderReply> Receive() = 0;
  virtual bool HasEnded() = 0;
  virtual void Kill() = 0;
};

class RecorderLauncher {
 public:
  virtual ~RecorderLauncher() = default;
  // A recorder that writes into the directory, with `feeds` feeds. A sentence when it cannot start.
  virtual std::expected<std::unique_ptr<RecorderLink>, std::string> Launch(
      const std::filesystem::path& directory, int feeds) = 0;
};

}  // namespace parley
