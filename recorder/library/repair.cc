#include "recorder/library/repair.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <optional>

#include "recorder/library/manifest.h"
#include "recorder/library/recording_lock.h"
#include "recorder/library/recording_state.h"
#include "recorder/library/spare_space.h"
#include "recorder/library/upload_ledger.h"
#include "recorder/mux/file_layout.h"
#include "recorder/timeline/timeline_line.h"

namespace parley {
namespace {

namespace fs = std::filesystem;

class File {
 public:
  File(const fs::path& path, int flags) : fd_(open(path.c_str(), flags | O_CLOEXEC)) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::vector<fs::path> TrackFiles(const fs::path& directory) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const fs::path extension = entry.path().extension();
    if (extension == ".webm" || extension == ".mkv") files.push_back(entry.path());
  }
  return files;
}

uint64_t SizeOf(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return error ? 0 : size;
}

std::string TextOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
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
  RemoveSpareSpace(directory);
  RepairReport report;
  for (const fs::path& path : TrackFiles(directory)) {
    const File file(path, O_RDWR);
    const auto layout = file ? FileLayout::Read(file.get()) : std::nullopt;
    if (!layout) {
      report.files_unreadable.push_back(path.filename().string());
      continue;
    }
    const ClusterScan scan = ScanClusters(file.get(), layout->clusters_at);
    if (scan.finished) continue;
    const uint64_t size = SizeOf(path);
    const Duration end = Duration::Millis(static_cast<int64_t>(scan.last_ms));
    if (auto error = FinishFile(file.get(), *layout, scan.whole_size, end, scan.cues)) {
      return std::unexpected(path.filename().string() + " cannot be completed: " + error.message());
    }
    report.bytes_cut += size - scan.whole_size;
    ++report.files_completed;
  }
  for (uint32_t segment = 1; segment <= state->segments; ++segment) {
    const fs::path path = TimelinePath(directory, segment);
    const std::string text = TextOf(path);
    const size_t whole = ReadTimeline(text).whole_size;
    if (whole == text.size()) continue;
    std::error_code error;
    fs::resize_file(path, whole, error);
    if (error) return std::unexpected(path.filename().string() + ": " + error.message());
    report.bytes_cut += text.size() - whole;
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
  if (state->state == "recording") faults.push_back("It was not brought to its end.");
  for (const fs::path& path : TrackFiles(directory)) {
    const File file(path, O_RDONLY);
    const auto layout = file ? FileLayout::Read(file.get()) : std::nullopt;
    const std::string name = path.filename().string();
    if (!layout) {
      faults.push_back(name + " is no track.");
    } else if (!ScanClusters(file.get(), layout->clusters_at).finished) {
      faults.push_back(name + " is not complete.");
    }
  }
  for (uint32_t segment = 1; segment <= state->segments; ++segment) {
    const fs::path path = TimelinePath(directory, segment);
    const std::string text = TextOf(path);
    const TimelineText read = ReadTimeline(text);
    if (read.lines.empty()) faults.push_back(path.filename().string() + " is missing or empty.");
    if (read.damaged > 0 || read.missing > 0 || read.whole_size != text.size()) {
      faults.push_back(path.filename().string() + " has damaged lines.");
    }
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
