#pragma once

// Copies recordings that are over into an ObjectStore: file by file, again with growing pauses
// until each copy is confirmed, over restarts too (UploadLedger). What changes or is made later
// follows. What is sealed is copied as it is, with its key as that is wrapped. Then, if so wished,
// tracks and made files are removed here; what was told of the meeting stays. Of recordings that
// were deleted the copies are deleted, just as persistently. One thread, which waits for the other
// side; StatusOf() and counts() are for any.

#include <atomic>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "recorder/library/upload_ledger.h"
#include "sfu/base/units.h"
#include "signaling/recording/object_store.h"

namespace parley {

struct UploadStatus {
  enum class State : uint8_t { kWaiting, kRunning, kRetrying, kDone };

  State state = State::kWaiting;
  int percent = 0;    // while it runs
  std::string error;  // why it is tried again: a sentence
  bool local = true;  // the tracks are here, too
};

std::string_view ToString(UploadStatus::State state);

class Uploader {
 public:
  static constexpr Duration kFirstPause = Duration::Seconds(2);
  static constexpr Duration kLongestPause = Duration::Seconds(600);
  // One that a crash interrupted may go on; nothing of it is removed before.
  static constexpr Duration kSettled = Duration::Seconds(600);

  struct Counts {
    std::atomic<uint64_t> waiting = 0;   // recordings that have no copy yet
    std::atomic<uint64_t> files = 0;     // copied, since the start
    std::atomic<uint64_t> deleting = 0;  // recordings that are deleted, but for their copies
    std::atomic<uint64_t> failures = 0;
  };

  // `directory` holds a directory per recording.
  Uploader(std::filesystem::path directory, ObjectStore& store, bool keep_local)
      : directory_(std::move(directory)), store_(store), keep_local_(keep_local) {}
  Uploader(const Uploader&) = delete;
  Uploader& operator=(const Uploader&) = delete;

  // Copies what is due. Ends soon after `stopping`.
  void Turn(Timestamp now, WallTime wall, const std::function<bool()>& stopping);

  // Nothing of one that is written, or unknown.
  std::optional<UploadStatus> StatusOf(const std::string& id) const;
  const Counts& counts() const { return counts_; }

 private:
  // Before something is tried again.
  struct Pause {
    Timestamp until;
    Duration next = kFirstPause;
    void Lengthen(Timestamp now);
  };
  struct Known {
    UploadStatus status;
    int64_t seen_us = 0;  // when the directory had changed last, with all of it copied
    Pause pause;
  };

  // False when there is nothing to be told of it.
  bool Follow(const std::string& id, Timestamp now, WallTime wall,
              const std::function<bool()>& stopping);
  // Of one that was deleted.
  void DeleteAll(const std::string& id, std::vector<std::string> names, Timestamp now,
                 const std::function<bool()>& stopping);
  // A sentence when a copy was refused.
  std::expected<void, std::string> CopyAll(const std::string& id, UploadLedger& ledger,
                                           const std::function<bool()>& stopping);
  // False when it may not be yet.
  bool RemoveLocal(const std::string& id, UploadLedger& ledger, WallTime wall) const;
  Known& Remember(const std::string& id);
  void Tell(const std::string& id, UploadStatus status);

  const std::filesystem::path directory_;
  ObjectStore& store_;
  const bool keep_local_;
  Counts counts_;
  mutable std::mutex mutex_;
  std::map<std::string, Known> known_;      // by id; the statuses under the mutex
  std::map<std::string, Pause> deletions_;  // by id
};

}  // namespace parley
