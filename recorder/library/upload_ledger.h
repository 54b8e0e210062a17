#pragma once

// upload.json in a recording's directory (recorder/FORMAT.md): which of its files have a confirmed
// copy elsewhere. Replaced as a whole, so whoever was killed goes on with the file it was at. One
// thread; blocks for as long as the disk does.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace parley {

struct UploadedFile {
  std::string file;
  uint64_t size = 0;
  int64_t changed_us = 0;  // since 1970: one that changed later is copied again
  std::string tag;         // the copy's
  bool operator==(const UploadedFile&) const = default;
};

class UploadLedger {
 public:
  // Empty when there is none, or it is not what it should be.
  static UploadLedger Load(const std::filesystem::path& directory);
  std::error_code Save(const std::filesystem::path& directory) const;

  bool Has(const UploadedFile& file) const;
  void Put(UploadedFile file);
  const std::vector<UploadedFile>& files() const { return files_; }
  // Everything has its copy, and the tracks are not here any more.
  bool local_removed = false;

 private:
  std::vector<UploadedFile> files_;
};

}  // namespace parley
