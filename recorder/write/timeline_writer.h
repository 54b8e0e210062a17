#pragma once

// Appends a segment's timeline (timeline_line.h), each line at once and whole. One thread.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "sfu/base/units.h"

namespace parley {

class TimelineWriter {
 public:
  // A new file.
  static std::expected<TimelineWriter, std::error_code> Create(const std::filesystem::path& path);
  TimelineWriter(TimelineWriter&& other) noexcept;
  TimelineWriter& operator=(TimelineWriter&&) = delete;
  ~TimelineWriter();

  // `record` is a JSON object of at least one member; "at_us" is put before what it holds. One that
  // no line can hold is dropped.
  std::error_code Add(Duration at, std::string_view record);
  int descriptor() const { return fd_; }

 private:
  explicit TimelineWriter(int fd) : fd_(fd) {}

  int fd_;
  uint64_t number_ = 0;
  uint64_t size_ = 0;  // bytes of whole lines
};

}  // namespace parley
