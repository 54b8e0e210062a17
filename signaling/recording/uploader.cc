#include "signaling/recording/uploader.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <set>
#include <system_error>
#include <utility>

#include "recorder/library/recording_lock.h"
#include "recorder/library/recording_state.h"
#include "recorder/storage/recording_key.h"
#include "sfu/base/log.h"
#include "signaling/recording/composition_list.h"
#include "signaling/recording/copied_files.h"
#include "signaling/recording/deleted_copies.h"
#include "signaling/recording/recording_library.h"

namespace parley {
namespace {

namespace fs = std::filesystem;
using State = UploadStatus::State;

constexpr Duration kQuiet = Duration::Seconds(2);
constexpr std::array<std::string_view, 4> kStates = {"waiting", "running", "retrying", "done"};

// Everything in a directory comes and goes by its name, which changes that.
int64_t ChangedUs(const fs::path& directory) {
  struct stat status{};
  if (stat(directory.c_str(), &status) != 0) return 0;
  return int64_t{status.st_mtim.tv_sec} * 1'000'000 + status.st_mtim.tv_nsec / 1000;
}

bool IsComposed(const fs::path& directory, uint32_t segments) {
  const auto list = CompositionList::Load(directory, segments);
  return std::ranges::any_of(list.all(), [](const Composition& each) {
    return each.state == Composition::State::kQueued || each.state == Composition::State::kRunning;
  });
}

}  // namespace

std::string_view ToString(State state) { return kStates[static_cast<size_t>(state)]; }

void Uploader::Turn(Timestamp now, WallTime wall, const std::function<bool()>& stopping) {
  std::set<std::string> there;
  std::set<std::string> deleted;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory_, error)) {
    if (stopping()) return;
    std::string id = entry.path().filename().string();
    if (!IsRecordingId(id)) continue;
    if (auto names = DeletedCopies(entry.path())) {
      DeleteAll(id, *std::move(names), now, stopping);
      deleted.insert(std::move(id));
    } else if (Follow(id, now, wall, stopping)) {
      there.insert(std::move(id));
    }
  }
  std::erase_if(deletions_, [&](const auto& each) { return !deleted.contains(each.first); });
  counts_.deleting.store(deletions_.size(), std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  std::erase_if(known_, [&](const auto& each) { return !there.contains(each.first); });
  counts_.waiting.store(
      static_cast<uint64_t>(std::ranges::count_if(
          known_, [](const auto& each) { return each.second.status.state != State::kDone; })),
      std::memory_order_relaxed);
}

bool Uploader::Follow(const std::string& id, Timestamp now, WallTime wall,
                      const std::function<bool()>& stopping) {
  const fs::path own = directory_ / id;
  const auto state = RecordingState::Load(own);
  if (!state || state->state == "recording") return false;
  Known& known = Remember(id);
  if (known.status.state == State::kDone && ChangedUs(own) == known.seen_us) return true;
  if (now < known.pause.until) return true;
  UploadLedger ledger = UploadLedger::Load(own);
  if (const auto copied = CopyAll(id, ledger, stopping); !copied) {
    if (stopping()) return true;
    counts_.failures.fetch_add(1, std::memory_order_relaxed);
    LogWarning("upload_failed", {{"recording", id}, {"error", copied.error()}});
    known.pause.Lengthen(now);
    Tell(id, {.state = State::kRetrying,
              .percent = 0,
              .error = copied.error(),
              .local = !ledger.local_removed});
    return true;
  }
  known.pause = {};
  const bool settled = keep_local_ || RemoveLocal(id, ledger, wall);
  const int64_t changed_us = ChangedUs(own);
  // One that may not be removed yet, or has just changed and may do so within a tick of the disk's
  // clock, is looked at again.
  const bool quiet = wall - WallTime::UnixMicros(changed_us) > kQuiet;
  known.seen_us = settled && quiet ? changed_us : 0;
  Tell(id, {.state = State::kDone, .percent = 100, .error = {}, .local = !ledger.local_removed});
  return true;
}

void Uploader::Pause::Lengthen(Timestamp now) {
  until = now + next;
  next = std::min(next + next, kLongestPause);
}

void Uploader::DeleteAll(const std::string& id, std::vector<std::string> names, Timestamp now,
                         const std::function<bool()>& stopping) {
  const fs::path own = directory_ / id;
  RemoveMarked(own);
  Pause& pause = deletions_[id];
  if (now < pause.until) return;
  for (const std::string& name : names) {
    const auto gone = store_.Delete(id + '/' + name, [&stopping](uint64_t) { return !stopping(); });
    if (gone) continue;
    if (stopping()) return;
    counts_.failures.fetch_add(1, std::memory_order_relaxed);
    LogWarning("copy_not_deleted", {{"recording", id}, {"error", gone.error()}});
    return pause.Lengthen(now);
  }
  LogInfo("copy_deleted", {{"recording", id}, {"files", names.size()}});
  std::error_code error;
  fs::remove_all(own, error);
  deletions_.erase(id);
}

std::expected<void, std::string> Uploader::CopyAll(const std::string& id, UploadLedger& ledger,
                                                   const std::function<bool()>& stopping) {
  const fs::path own = directory_ / id;
  std::vector<UploadedFile> files = FilesToCopy(own);
  std::erase_if(files, [&](const UploadedFile& each) { return ledger.Has(each); });
  uint64_t total = 1;
  for (const UploadedFile& each : files) total += each.size;
  uint64_t before = 0;
  for (UploadedFile& each : files) {
    const auto progress = [&](uint64_t sent) {
      Tell(id, {.state = State::kRunning,
                .percent = static_cast<int>(100 * (before + sent) / total),
                .error = {},
                .local = !ledger.local_removed});
      return !stopping();
    };
    auto tag = store_.Put(own / each.file, id + '/' + each.file, progress);
    if (!tag) return std::unexpected(std::move(tag).error());
    before += each.size;
    counts_.files.fetch_add(1, std::memory_order_relaxed);
    each.tag = *std::move(tag);
    ledger.Put(std::move(each));
    if (const auto error = ledger.Save(own)) {
      return std::unexpected("The disk cannot be written: " + error.message() + ".");
    }
  }
  if (!files.empty()) LogInfo("upload_done", {{"recording", id}, {"files", files.size()}});
  return {};
}

bool Uploader::RemoveLocal(const std::string& id, UploadLedger& ledger, WallTime wall) const {
  const fs::path own = directory_ / id;
  const auto lock = RecordingLock::TryTake(own);
  const auto state = RecordingState::Load(own);
  if (!lock || !state || state->state == "recording" || IsComposed(own, state->segments)) {
    return false;
  }
  const std::vector<UploadedFile> files = FilesToCopy(own);
  for (const UploadedFile& each : files) {
    if (!ledger.Has(each)) return false;
    const bool fresh = wall - WallTime::UnixMicros(each.changed_us) < kSettled;
    if (state->state != "finished" && each.file == "recording.json" && fresh) return false;
  }
  // Before, for whoever is killed in between.
  ledger.local_removed = true;
  if (ledger.Save(own)) return false;
  std::error_code error;
  for (const UploadedFile& each : files) {
    if (IsMediaFile(each.file)) fs::remove(own / each.file, error);
  }
  return true;
}

// Only this thread adds and removes, so what it has got stays.
Uploader::Known& Uploader::Remember(const std::string& id) {
  const std::lock_guard lock(mutex_);
  return known_[id];
}

void Uploader::Tell(const std::string& id, UploadStatus status) {
  const std::lock_guard lock(mutex_);
  known_[id].status = std::move(status);
}

std::optional<UploadStatus> Uploader::StatusOf(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(id);
  if (found == known_.end()) return std::nullopt;
  return found->second.status;
}

}  // namespace parley
