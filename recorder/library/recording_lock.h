#pragma once

// Who holds it may write into a recording's directory: a recorder, or whoever mends it. The system
// lets go of it with the process. Any thread.

#include <filesystem>
#include <optional>

namespace parley {

class RecordingLock {
 public:
  // Waits for whoever has it. Nothing when there is no such directory.
  static std::optional<RecordingLock> Take(const std::filesystem::path& directory);
  // Nothing when somebody has it, too.
  static std::optional<RecordingLock> TryTake(const std::filesystem::path& directory);

  RecordingLock(RecordingLock&& other) noexcept;
  RecordingLock& operator=(RecordingLock&&) = delete;
  ~RecordingLock();

 private:
  explicit RecordingLock(int directory) : directory_(directory) {}
  static std::optional<RecordingLock> Lock(const std::filesystem::path& directory, int how);

  int directory_;
};

}  // namespace parley
