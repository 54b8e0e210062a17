#include "recorder/timeline/timeline_line.h"

#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <optional>
#include <span>

#include "sfu/wire/crc32.h"

namespace parley {
namespace {

constexpr std::string_view kHead = R"({"crc":")";
constexpr size_t kDigits = 8;
constexpr std::string_view kAfterCrc = R"(",)";
constexpr std::string_view kNumber = R"("n":)";
constexpr std::string_view kRecord = R"(,"r":)";

std::string Checksum(std::string_view text) {
  return fmt::format("{:08x}", Crc32({reinterpret_cast<const uint8_t*>(text.data()), text.size()}));
}

bool Take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

std::optional<TimelineLine> ParseLine(std::string_view line) {
  if (line.size() >= kMaxTimelineLine || !Take(line, kHead) || line.size() < kDigits) return {};
  std::string_view crc = line.substr(0, kDigits);
  line.remove_prefix(kDigits);
  if (!Take(line, kAfterCrc) || !line.ends_with('}')) return {};
  line.remove_suffix(1);
  if (Checksum(line) != crc || !Take(line, kNumber)) return {};
  TimelineLine parsed;
  const char* begin = std::to_address(line.begin());
  auto [rest, error] = std::from_chars(begin, begin + line.size(), parsed.number);
  if (error != std::errc()) return {};
  line.remove_prefix(static_cast<size_t>(rest - begin));
  if (!Take(line, kRecord) || !line.starts_with('{') || !line.ends_with('}')) return {};
  parsed.record = line;
  return parsed;
}

}  // namespace

std::string FormatTimelineLine(uint64_t number, std::string_view record) {
  if (!record.starts_with('{') || !record.ends_with('}')) return {};
  if (record.find_first_of("\r\n") != std::string_view::npos) return {};
  std::string body = fmt::format("{}{}{}{}", kNumber, number, kRecord, record);
  std::string line = fmt::format("{}{}{}{}}}\n", kHead, Checksum(body), kAfterCrc, body);
  return line.size() > kMaxTimelineLine ? std::string() : line;
}

TimelineText ReadTimeline(std::string_view text) {
  TimelineText read;
  size_t start = 0;
  for (size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', start)) {
    std::optional<TimelineLine> line = ParseLine(text.substr(start, end - start));
    start = end + 1;
    bool in_order = line && (read.lines.empty() || line->number > read.lines.back().number);
    if (!in_order) {
      ++read.damaged;
      continue;
    }
    if (!read.lines.empty()) read.missing += line->number - read.lines.back().number - 1;
    read.lines.push_back(*line);
    read.whole_size = start;
  }
  return read;
}

}  // namespace parley
