#pragma once

// What can be told of a meeting when it is over, and while it goes on: a table of each feature that
// has something to tell. Values, any thread; bounded by what the features keep.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sfu/base/units.h"

namespace parley {

// A cell holds what its column says, or nothing.
enum class ReportKind : uint8_t { kText, kNumber, kFlag, kTime };
using ReportCell = std::variant<std::monostate, std::string, int64_t, bool, WallTime>;

struct ReportColumn {
  std::string name;
  ReportKind kind = ReportKind::kText;
};

struct ReportTable {
  std::string name;
  std::vector<ReportColumn> columns;
  std::vector<std::vector<ReportCell>> rows;
};

struct MeetingReport {
  WallTime started_at;               // names the meeting among those of its room
  std::optional<WallTime> ended_at;  // nothing: it goes on
  std::vector<ReportTable> tables;
};

std::string WriteForStore(const MeetingReport& report);
// Nothing when it is not what WriteForStore wrote.
std::optional<MeetingReport> ReadReport(std::string_view json);

}  // namespace parley
