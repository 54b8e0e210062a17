#pragma once

// A process that makes one file of a recording and how one is started, as the queue sees them;
// ComposerProcess is the real one. Nothing here blocks but a link's end. The disk thread.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

struct ComposerStatus {
  enum class State : uint8_t {
    kRunning,
    kDone,    // the file is whole and has its name
    kFailed,  // it cannot be made
    kDied,    // killed, or crashed: nobody knows
  } state = State::kRunning;
  double percent = 0;
  std::optional<int64_t> seconds_left = {};  // unknown at first
  int frame_rate = 0;                        // pictures a second, now; it steps down under pressure
  int steps_down = 0;                        // to fewer pictures and faster encoding
  std::string error = {};                    // of kFailed, for a person
};

class ComposerLink {
 public:
  // Ends it when it still runs, and waits for that.
  virtual ~ComposerLink() = default;
  virtual ComposerStatus Poll() = 0;
};

class ComposerLauncher {
 public:
  virtual ~ComposerLauncher() = default;
  // Makes `file` (library/made_files.h) in the recording's directory. A sentence when it cannot
  // start.
  virtual std::expected<std::unique_ptr<ComposerLink>, std::string> Launch(
      const std::filesystem::path& directory, std::string_view file) = 0;
};

}  // namespace parley
