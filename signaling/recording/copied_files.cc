#include "signaling/recording/copied_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

#include "recorder/library/made_files.h"
#include "recorder/storage/recording_key.h"
#include "signaling/recording/recording_library.h"

namespace parley {

bool IsMediaFile(std::string_view name) { return IsTrackFileName(name) || IsMadeFile(name); }

bool IsCopiedFile(std::string_view name) {
  return IsMediaFile(name) || name == "recording.json" || name == kRecordingKeyFile ||
         (name.starts_with("timeline-") && name.ends_with(".jsonl") && !name.contains('/'));
}

std::vector<UploadedFile> FilesToCopy(const std::filesystem::path& directory) {
  std::vector<UploadedFile> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    std::string name = entry.path().filename().string();
    if (!IsCopiedFile(name)) continue;
    struct stat status{};
    if (lstat(entry.path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    files.push_back(
        {.file = std::move(name),
         .size = static_cast<uint64_t>(status.st_size),
         .changed_us = int64_t{status.st_mtim.tv_sec} * 1'000'000 + status.st_mtim.tv_nsec / 1000,
         .tag = {}});
  }
  std::ranges::sort(files, {}, &UploadedFile::file);
  return files;
}

}  // namespace parley
