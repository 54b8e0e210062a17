#include "recorder/write/timeline_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "recorder/timeline/timeline_line.h"

namespace parley {

std::expected<TimelineWriter, std::error_code> TimelineWriter::Create(
    const std::filesystem::path& path) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return std::unexpected(std::error_code(errno, std::generic_category()));
  return TimelineWriter(fd);
}

TimelineWriter::TimelineWriter(TimelineWriter&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), number_(other.number_), size_(other.size_) {}

TimelineWriter::~TimelineWriter() {
  if (fd_ >= 0) close(fd_);
}

std::error_code TimelineWriter::Add(Duration at, std::string_view record) {
  if (record.size() < 2) return {};
  const std::string whole =
      "{\"at_us\":" + std::to_string(at.us()) + ',' + std::string(record.substr(1));
  const std::string line = FormatTimelineLine(number_, whole);
  if (line.empty()) return {};
  const ssize_t wrote = write(fd_, line.data(), line.size());
  if (wrote < 0) return {errno, std::generic_category()};
  if (wrote != static_cast<ssize_t>(line.size())) {
    // A piece of a line that cannot be taken back is told from whole ones by its checksum.
    const auto full = std::make_error_code(std::errc::no_space_on_device);
    if (ftruncate(fd_, static_cast<off_t>(size_)) != 0) return full;
    return full;
  }
  ++number_;
  size_ += line.size();
  return {};
}

}  // namespace parley
