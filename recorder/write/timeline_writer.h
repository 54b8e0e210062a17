#pragma once

// Appends a segment's timeline (timeline_line.h), each line at once and whole. One thread.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "recorder/storage/stored_file.h"
#include "sfu/base/units.h"

namespace parley {

class TimelineWriter {
 public:
  // A new file.
  static std::expected<TimelineWriter, std::error_code> Create(const std::filesystem::path& path);

  // `record` is a JSON object of at least one member; "at_us" is put before what it holds. One that
  // no line can hold is dropped.
  std::error_code Add(Duration at, std::string_view record);
  // Nothing follows.
  std::error_code End() { return file_.End(); }
  int descriptor() const { return file_.descriptor(); }

 private:
  explicit TimelineWriter(StoredFile file) : file_(std::move(file)) {}

  StoredFile file_;
  uint64_t number_ = 0;
  uint64_t size_ = 0;  // bytes of whole lines
};

}  // namespace parley
