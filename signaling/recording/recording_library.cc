#include "signaling/recording/recording_library.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "recorder/library/made_files.h"
#include "recorder/library/recording_lock.h"
#include "recorder/library/upload_ledger.h"
#include "recorder/scene/exports.h"
#include "recorder/scene/kept_time.h"
#include "signaling/recording/deleted_copies.h"

namespace parley {
namespace {

constexpr size_t kIdLength = 17;
constexpr size_t kMaxDigits = 10;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes one to kMaxDigits digits off the front.
bool TakeNumber(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, IsDigit);
  const auto digits = static_cast<size_t>(end - text.begin());
  text.remove_prefix(digits);
  return digits > 0 && digits <= kMaxDigits;
}

bool Take(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

}  // namespace

bool IsRecordingId(std::string_view text) {
  return text.size() == kIdLength && text[0] == 'r' &&
         std::ranges::all_of(text.substr(1), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
         });
}

bool IsTrackFileName(std::string_view text) {
  return TakeNumber(text) && Take(text, "-") && TakeNumber(text) && Take(text, "-") &&
         TakeNumber(text) && (text == ".webm" || text == ".mkv");
}

std::vector<RecordingSummary> RecordingLibrary::List(std::string_view room) {
  std::vector<RecordingSummary> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, error)) {
    const std::string id = entry.path().filename().string();
    const auto stamp = StampOf(id);
    const auto known = finished_.find(id);
    const bool same = stamp && known != finished_.end() && known->second.stamp == *stamp;
    const auto state = same    ? std::optional(known->second.summary.state)
                       : stamp ? Find(id)
                               : std::nullopt;
    if (!state || (!room.empty() && state->room != room)) continue;
    if (same) {
      found.push_back(known->second.summary);
      found.back().size = SizeOnDisk(known->second.summary);
      continue;
    }
    if (state->locked) {
      found.push_back({.state = *state, .duration_us = 0, .size = SizeOfTracks(id)});
      continue;
    }
    const auto manifest = Read(id);
    if (!manifest) continue;
    const RecordingSummary summary{
        .state = *state, .duration_us = manifest->duration_us, .size = manifest->size};
    if (state->state != "recording") finished_[id] = {.summary = summary, .stamp = *stamp};
    found.push_back(summary);
    found.back().size = SizeOnDisk(summary);
  }
  std::ranges::sort(found, std::ranges::greater(), [](const RecordingSummary& summary) {
    return std::pair(summary.state.started_at_us, summary.state.id);
  });
  return found;
}

std::optional<RecordingLibrary::Stamp> RecordingLibrary::StampOf(const std::string& id) const {
  struct stat found{};
  const bool there =
      IsRecordingId(id) && stat((DirectoryOf(id) / "recording.json").c_str(), &found) == 0;
  if (!there) return std::nullopt;
  return Stamp{.file = found.st_ino,
               .changed_ns = found.st_mtim.tv_sec * 1'000'000'000 + found.st_mtim.tv_nsec};
}

uint64_t RecordingLibrary::SizeOfTracks(std::string_view id) const {
  uint64_t size = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(DirectoryOf(id), error)) {
    const std::string name = entry.path().filename().string();
    std::error_code unknown;
    const uint64_t bytes = IsTrackFileName(name) || IsMadeFile(name) ? entry.file_size(unknown) : 0;
    if (!unknown) size += bytes;
  }
  return size;
}

std::optional<RecordingState> RecordingLibrary::Find(std::string_view id) const {
  if (!IsRecordingId(id)) return std::nullopt;
  return RecordingState::Load(DirectoryOf(id));
}

std::optional<Manifest> RecordingLibrary::Read(std::string_view id) const {
  if (!IsRecordingId(id)) return std::nullopt;
  auto manifest = ReadRecording(DirectoryOf(id));
  if (!manifest) return std::nullopt;
  return *std::move(manifest);
}

std::optional<std::string> RecordingLibrary::Subtitles(std::string_view id) const {
  const auto manifest = Read(id);
  if (!manifest) return std::nullopt;
  return SpeakersAsWebVtt(*manifest, KeptTime(*manifest));
}

std::optional<std::string> RecordingLibrary::Chat(std::string_view id) const {
  const auto manifest = Read(id);
  if (!manifest) return std::nullopt;
  return ChatAsText(*manifest, KeptTime(*manifest));
}

uint64_t RecordingLibrary::SizeOnDisk(const RecordingSummary& summary) const {
  const std::string& id = summary.state.id;
  uint64_t size = UploadLedger::Load(DirectoryOf(id)).local_removed ? 0 : summary.size;
  for (const std::string_view file : kMadeFiles) {
    std::error_code error;
    const auto bytes = std::filesystem::file_size(DirectoryOf(id) / file, error);
    if (!error) size += bytes;
  }
  return size;
}

std::optional<StoredFile> RecordingLibrary::OpenFile(std::string_view id,
                                                     std::string_view file) const {
  if (!IsRecordingId(id) || !(IsTrackFileName(file) || IsMadeFile(file))) return std::nullopt;
  auto stored = StoredFile::Open(DirectoryOf(id) / file);
  if (!stored) return std::nullopt;
  return *std::move(stored);
}

RecordingLibrary::Outcome RecordingLibrary::Rename(std::string_view id, std::string title) {
  if (!Find(id)) return Outcome::kNotFound;
  const auto lock = RecordingLock::TryTake(DirectoryOf(id));
  if (!lock) return Outcome::kBusy;
  auto state = Find(id);
  if (!state) return Outcome::kNotFound;
  if (state->locked) return Outcome::kLocked;
  state->title = std::move(title);
  finished_.erase(state->id);
  return state->Save(DirectoryOf(id)) ? Outcome::kFailed : Outcome::kDone;
}

RecordingLibrary::Outcome RecordingLibrary::Delete(std::string_view id) {
  if (!Find(id)) return Outcome::kNotFound;
  const auto lock = RecordingLock::TryTake(DirectoryOf(id));
  if (!lock) return Outcome::kBusy;
  finished_.erase(std::string(id));
  if (copied_) {
    if (MarkDeleted(DirectoryOf(id))) return Outcome::kFailed;
    RemoveMarked(DirectoryOf(id));
    return Outcome::kDone;
  }
  std::error_code error;
  std::filesystem::remove_all(DirectoryOf(id), error);
  return error ? Outcome::kFailed : Outcome::kDone;
}

}  // namespace parley
