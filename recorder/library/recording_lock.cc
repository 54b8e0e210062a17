#include "recorder/library/recording_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace parley {

std::optional<RecordingLock> RecordingLock::Take(const std::filesystem::path& directory) {
  return Lock(directory, LOCK_EX);
}

std::optional<RecordingLock> RecordingLock::TryTake(const std::filesystem::path& directory) {
  return Lock(directory, LOCK_EX | LOCK_NB);
}

std::optional<RecordingLock> RecordingLock::Lock(const std::filesystem::path& directory, int how) {
  RecordingLock lock(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock.directory_ < 0) return std::nullopt;
  int result = 0;
  do {
    result = flock(lock.directory_, how);
  } while (result != 0 && errno == EINTR);
  if (result != 0) return std::nullopt;
  return lock;
}

RecordingLock::RecordingLock(RecordingLock&& other) noexcept
    : directory_(std::exchange(other.directory_, -1)) {}

RecordingLock::~RecordingLock() {
  if (directory_ >= 0) close(directory_);
}

}  // namespace parley
