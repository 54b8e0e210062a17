#pragma once

// Brings to their end the recordings that nobody writes any more: those that a crash left, at the
// server's start, and those whose recorder died last. On a thread of its own; what it found is
// taken on the signaling thread.

#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "recorder/library/recording_state.h"
#include "signaling/recording/disk_thread.h"

namespace parley {

class RecordingMender {
 public:
  // `directory` holds a directory per recording.
  explicit RecordingMender(std::filesystem::path directory) : directory_(std::move(directory)) {}

  // Every recording that was under way when the server ended; see TakeInterrupted().
  void MendAll();
  void Mend(const std::string& id);
  // Those that MendAll() found so far, as they were before it mended them.
  std::vector<RecordingState> TakeInterrupted();

 private:
  void MendNow(const std::filesystem::path& recording);

  const std::filesystem::path directory_;
  std::mutex mutex_;
  std::vector<RecordingState> interrupted_;
  DiskThread thread_;  // last: its jobs use the others
};

}  // namespace parley
