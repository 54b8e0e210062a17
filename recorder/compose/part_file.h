#pragma once

// A file in the making: NAME.part until it is whole and on the disk. Removed when it is not given
// its name. One thread; blocks for as long as the disk does.

#include <expected>
#include <filesystem>
#include <string>

#include "recorder/storage/stored_file.h"

namespace parley {

class PartFile {
 public:
  explicit PartFile(std::filesystem::path path);
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  // Empty; what was there of an earlier one goes.
  [[nodiscard]] std::expected<StoredFile, std::string> Create();
  // To be closed before Commit().
  const std::filesystem::path& part() const { return part_; }
  [[nodiscard]] std::expected<void, std::string> Commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path part_;
  bool committed_ = false;
};

}  // namespace parley
