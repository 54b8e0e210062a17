#include "signaling/api/csv.h"

#include <array>
#include <ctime>
#include <string_view>
#include <variant>

namespace parley {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kEndOfLine = "\r\n";

std::string Quoted(std::string_view field) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(field);
  std::string quoted = "\"";
  for (const char c : field) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

// A spreadsheet calculates what begins like this; behind an apostrophe it is text.
std::string Harmless(std::string_view text) {
  constexpr std::string_view kBeginnings = "=+-@\t\r\n";
  const bool calculates = !text.empty() && kBeginnings.find(text.front()) != std::string_view::npos;
  return (calculates ? "'" : "") + std::string(text);
}

std::string TimeText(WallTime time) {
  const time_t seconds = time.unix_seconds();
  std::tm utc{};
  std::array<char, 32> text{};
  if (gmtime_r(&seconds, &utc) == nullptr) return {};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &utc)};
}

std::string TextOf(const ReportCell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return Harmless(*text);
  if (const auto* number = std::get_if<int64_t>(&cell)) return std::to_string(*number);
  if (const auto* flag = std::get_if<bool>(&cell)) return *flag ? "yes" : "no";
  if (const auto* time = std::get_if<WallTime>(&cell)) return TimeText(*time);
  return {};
}

}  // namespace

std::string WriteCsv(const ReportTable& table) {
  std::string csv(kByteOrderMark);
  std::string_view comma;
  for (const ReportColumn& column : table.columns) {
    csv += comma;
    csv += column.name;
    if (column.kind == ReportKind::kTime) csv += " (UTC)";
    comma = ",";
  }
  csv += kEndOfLine;
  for (const auto& row : table.rows) {
    comma = {};
    for (const ReportCell& cell : row) {
      csv += comma;
      csv += Quoted(TextOf(cell));
      comma = ",";
    }
    csv += kEndOfLine;
  }
  return csv;
}

}  // namespace parley
