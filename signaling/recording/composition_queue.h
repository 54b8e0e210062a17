#pragma once

// The files that people asked for of recordings: one is made after the other, in the order they
// were asked for. What waits or runs is on the disk (CompositionList), so a restart goes on with
// it. A composer that dies is started once more. The disk thread, but for counts(); at most
// kMostWaiting wait.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/base/units.h"
#include "signaling/recording/composer_link.h"
#include "signaling/recording/composition_list.h"

namespace parley {

class CompositionQueue {
 public:
  static constexpr size_t kMostWaiting = 1000;

  struct Counts {
    std::atomic<uint64_t> waiting = 0;
    std::atomic<uint64_t> running = 0;
    std::atomic<uint64_t> done = 0;        // since the start
    std::atomic<uint64_t> failed = 0;      // since the start
    std::atomic<uint64_t> died = 0;        // composers, since the start
    std::atomic<uint64_t> frame_rate = 0;  // of what was made last, or is
    std::atomic<uint64_t> steps_down = 0;  // of the same
  };
  enum class Refusal : uint8_t { kNotFound, kBeingWritten, kTooMany, kNoSpace, kDiskError };

  // `directory` holds a directory per recording. Nothing is made on a disk with less free bytes
  // than `min_free`.
  CompositionQueue(std::filesystem::path directory, ComposerLauncher& launcher, size_t at_once,
                   uint64_t min_free)
      : directory_(std::move(directory)),
        launcher_(launcher),
        at_once_(at_once),
        min_free_(min_free) {}
  CompositionQueue(const CompositionQueue&) = delete;
  CompositionQueue& operator=(const CompositionQueue&) = delete;

  // Called for each file that is made, with the recording's id. Before anything else.
  void OnDone(std::function<void(const std::string& id, const std::string& file)> callback) {
    on_done_ = std::move(callback);
  }
  // Goes on with what the last server did not come to. Once.
  void Resume();
  // Ends what runs, and starts what is next. Call it some times a second.
  void Update();

  // Of the recording, which must be over. What waits, runs or is there already stays as it is.
  std::expected<Composition, Refusal> Ask(const std::string& id, const std::string& file,
                                          WallTime now);
  // Empty when there is no such recording, too.
  std::vector<Composition> List(const std::string& id) const;
  bool IsDone(const std::string& id, std::string_view file) const;
  // Cancelled where it waits or runs, removed where it is done. False when there is none.
  bool Remove(const std::string& id, std::string_view file);
  // Before the recording is deleted.
  void Forget(const std::string& id);

  // Any thread.
  const Counts& counts() const { return counts_; }

 private:
  struct Job {
    std::string id;
    Composition composition;
    std::unique_ptr<ComposerLink> composer;  // null while it waits
    bool died = false;                       // once
  };

  std::filesystem::path DirectoryOf(const std::string& id) const { return directory_ / id; }
  // The recording's list as it is on the disk; nothing when there is no such recording.
  std::optional<CompositionList> ListOf(const std::string& id) const;
  const Job* FindJob(const std::string& id, std::string_view file) const;
  void Start(Job& job);
  // True when it is over, in whatever way.
  bool Follow(Job& job);
  void End(Job& job, Composition::State state, std::string error = {});
  bool HasSpace() const;
  void Count();

  const std::filesystem::path directory_;
  ComposerLauncher& launcher_;
  const size_t at_once_;
  const uint64_t min_free_;
  std::function<void(const std::string&, const std::string&)> on_done_;
  std::vector<Job> jobs_;  // those that run first
  Counts counts_;
};

}  // namespace parley
