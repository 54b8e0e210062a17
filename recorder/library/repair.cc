#include "recorder/library/repair.h"

#include <optional>
#include <string_view>

#include "recorder/library/made_files.h"
#include "recorder/library/manifest.h"
#include "recorder/library/recording_lock.h"
#include "recorder/library/recording_state.h"
#include "recorder/library/spare_space.h"
#include "recorder/library/upload_ledger.h"
#include "recorder/mux/file_layout.h"
#include "recorder/storage/recording_key.h"
#include "recorder/storage/stored_file.h"
#include "recorder/timeline/timeline_line.h"

namespace parley {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> TrackFiles(const fs::path& directory) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const fs::path extension = entry.path().extension();
    if (IsMadeFile(entry.path().filename().string())) continue;
    if (extension == ".webm" || extension == ".mkv") files.push_back(entry.path());
  }
  return files;
}

uint64_t SizeOf(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return error ? 0 : size;
}

// What is written within a second and more, of pictures of any size.
constexpr uint64_t kMostTail = uint64_t{16} << 20;

// Takes away what a crash left half-written of a sealed file. False when what is damaged is more
// than that: then it stays as it is, for nothing is lost by waiting for a better disk.
bool CutTail(StoredFile& file, RepairReport& report) {
  if (!file.sealed()) return true;
  const SealedCheck check = file.sealed()->Check();
  if (check.chunks_damaged > 0 || check.tail > kMostTail) return false;
  if (check.tail == 0) return true;
  report.bytes_cut += check.tail;
  return !file.sealed()->CutTail();
}

// A sentence when the disk refuses.
std::expected<void, std::string> RepairTrack(const fs::path& path, RepairReport& report) {
  const std::string name = path.filename().string();
  auto file = StoredFile::Open(path, StoredFile::Access::kWrite);
  const auto layout = file && CutTail(*file, report) ? FileLayout::Read(*file) : std::nullopt;
  if (!layout) {
    report.files_unreadable.push_back(name);
    return {};
  }
  const ClusterScan scan = ScanClusters(*file, layout->clusters_at);
  // Of a sealed one the end alone says that it was completed: what is put in its places at the head
  // takes room of its own on the disk.
  if (scan.finished && (!file->sealed() || file->sealed()->ended())) return {};
  const uint64_t size = file->size();
  const Duration end = Duration::Millis(static_cast<int64_t>(scan.last_ms));
  if (auto error = FinishFile(*file, *layout, scan.whole_size, end, scan.cues)) {
    return std::unexpected(name + " cannot be completed: " + error.message());
  }
  report.bytes_cut += size - scan.whole_size;
  ++report.files_completed;
  return {};
}

std::expected<void, std::string> RepairTimeline(const fs::path& path, RepairReport& report) {
  const std::string name = path.filename().string();
  auto file = StoredFile::Open(path, StoredFile::Access::kWrite);
  // One that was never begun has nothing to be mended.
  if (!file && file.error() == std::errc::no_such_file_or_directory) return {};
  if (!file || !CutTail(*file, report)) {
    report.files_unreadable.push_back(name);
    return {};
  }
  const std::string text = file->ReadText();
  const size_t whole = ReadTimeline(text).whole_size;
  std::error_code error;
  if (whole < text.size()) {
    error = file->Truncate(whole);
    report.bytes_cut += text.size() - whole;
  }
  if (!error) error = file->End();
  if (error) return std::unexpected(name + ": " + error.message());
  return {};
}

// Of a sealed file a sentence's end; empty when all is well.
std::string FaultOf(StoredFile& file) {
  if (!file.sealed()) return {};
  const SealedCheck check = file.sealed()->Check();
  if (check.chunks_damaged > 0) {
    return " is not what was written: " + std::to_string(check.chunks_damaged) +
           " of its pieces are damaged or exchanged.";
  }
  if (check.tail > 0) return " has something at its end that is not what was written.";
  return check.ended ? "" : " was cut: its end is missing.";
}

}  // namespace

std::expected<RepairReport, std::string> RepairRecording(const fs::path& directory) {
  if (!RecordingState::Load(directory)) {
    return std::unexpected("there is no recording in " + directory.string());
  }
  const auto lock = RecordingLock::TryTake(directory);
  if (!lock) return std::unexpected("it is being written now");
  auto state = RecordingState::Load(directory);
  if (!state) return std::unexpected("there is no recording in " + directory.string());
  if (state->locked) return std::unexpected(LockedSentence(RecordingKey::Of(directory)));
  RemoveSpareSpace(directory);
  RepairReport report;
  for (const fs::path& path : TrackFiles(directory)) {
    if (auto done = RepairTrack(path, report); !done) return std::unexpected(done.error());
  }
  for (uint32_t segment = 1; segment <= state->segments; ++segment) {
    auto done = RepairTimeline(TimelinePath(directory, segment), report);
    if (!done) return std::unexpected(done.error());
  }
  if (state->state == "recording") {
    state->state = "repaired";
    if (auto error = state->Save(directory)) {
      return std::unexpected("recording.json cannot be written: " + error.message());
    }
  }
  return report;
}

std::vector<std::string> VerifyRecording(const fs::path& directory) {
  std::vector<std::string> faults;
  const auto state = RecordingState::Load(directory);
  if (!state) return {"There is no recording in " + directory.string() + "."};
  if (state->locked)
    return {"It cannot be read: " + LockedSentence(RecordingKey::Of(directory)) + "."};
  if (state->state == "recording") faults.push_back("It was not brought to its end.");
  for (const fs::path& path : TrackFiles(directory)) {
    const std::string name = path.filename().string();
    auto file = StoredFile::Open(path);
    const auto layout = file ? FileLayout::Read(*file) : std::nullopt;
    const std::string fault = file ? FaultOf(*file) : " is no track.";
    if (!fault.empty()) {
      faults.push_back(name + fault);
    } else if (!layout) {
      faults.push_back(name + " is no track.");
    } else if (!ScanClusters(*file, layout->clusters_at).finished) {
      faults.push_back(name + " is not complete.");
    }
  }
  for (uint32_t segment = 1; segment <= state->segments; ++segment) {
    const fs::path path = TimelinePath(directory, segment);
    const std::string name = path.filename().string();
    auto file = StoredFile::Open(path);
    const std::string text = file ? file->ReadText() : std::string();
    const std::string fault = file ? FaultOf(*file) : std::string();
    const TimelineText read = ReadTimeline(text);
    if (!fault.empty()) faults.push_back(name + fault);
    if (read.lines.empty()) faults.push_back(name + " is missing or empty.");
    if (read.damaged > 0 || read.missing > 0 || read.whole_size != text.size()) {
      faults.push_back(name + " has damaged lines.");
    }
  }
  for (const std::string_view made : kMadeFiles) {
    if (!fs::exists(directory / made)) continue;
    auto file = StoredFile::Open(directory / made);
    const std::string fault = file ? FaultOf(*file) : " is not what was written.";
    if (!fault.empty()) faults.push_back(std::string(made) + fault);
  }
  if (const auto manifest = ReadRecording(directory)) {
    const bool elsewhere = UploadLedger::Load(directory).local_removed;
    for (const RecordedTrack& track : manifest->tracks) {
      if (!elsewhere && SizeOf(directory / track.file) == 0)
        faults.push_back(track.file + " is missing.");
    }
  }
  return faults;
}

}  // namespace parley
