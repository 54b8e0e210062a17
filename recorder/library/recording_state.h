#pragma once

// recording.json: what a recording is called and how far it is (FORMAT.md). Written by whoever
// holds the recording, replaced atomically. What one is called that is encrypted only those know
// who have its key. Any thread; blocks for as long as the disk does.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

namespace parley {

struct RecordingState {
  std::string id;
  std::string room;
  std::string title;
  int64_t started_at_us = 0;        // since 1970
  std::string state = "recording";  // or finished, repaired
  bool paused = false;              // until somebody resumes it, whoever writes it
  uint32_t segments = 0;
  int64_t keep_days = 0;  // after its end it is deleted; 0: as the operator says
  bool locked = false;    // encrypted, and this process has no key for it: no room, no title

  // Nothing when there is none, or it is not what it should be.
  static std::optional<RecordingState> Load(const std::filesystem::path& directory);
  // ENOKEY: it is locked.
  std::error_code Save(const std::filesystem::path& directory) const;
};

// Both are of the directory.
std::filesystem::path TimelinePath(const std::filesystem::path& directory, uint32_t segment);

}  // namespace parley
