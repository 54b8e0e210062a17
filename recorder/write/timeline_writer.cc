#include "recorder/write/timeline_writer.h"

#include <span>
#include <string>

#include "recorder/timeline/timeline_line.h"

namespace parley {

std::expected<TimelineWriter, std::error_code> TimelineWriter::Create(
    const std::filesystem::path& path) {
  auto file = StoredFile::Create(path);
  if (!file) return std::unexpected(file.error());
  return TimelineWriter(*std::move(file));
}

std::error_code TimelineWriter::Add(Duration at, std::string_view record) {
  if (record.size() < 2) return {};
  const std::string whole =
      "{\"at_us\":" + std::to_string(at.us()) + ',' + std::string(record.substr(1));
  const std::string line = FormatTimelineLine(number_, whole);
  if (line.empty()) return {};
  const std::span bytes(reinterpret_cast<const uint8_t*>(line.data()), line.size());
  if (auto error = file_.WriteAt(size_, bytes)) {
    // A piece of a line that cannot be taken back is told from whole ones by its checksum.
    if (file_.Truncate(size_)) return error;
    return error;
  }
  ++number_;
  size_ += line.size();
  return {};
}

}  // namespace parley
