#include "signaling/room/meeting_report.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/strict_json.h"
#include "signaling/room/report_cell.h"

namespace parley {
namespace {

constexpr std::array<std::string_view, 4> kKinds = {"text", "number", "flag", "time"};
constexpr size_t kMost = std::numeric_limits<size_t>::max();
constexpr int64_t kMaxTime = std::numeric_limits<int64_t>::max();

ReportCell ReadCell(const rapidjson::Value& value, ReportKind kind) {
  if (kind == ReportKind::kText && value.IsString()) {
    return std::string(value.GetString(), value.GetStringLength());
  }
  if (kind == ReportKind::kNumber && value.IsInt64()) return value.GetInt64();
  if (kind == ReportKind::kFlag && value.IsBool()) return value.GetBool();
  if (kind == ReportKind::kTime && value.IsInt64()) return WallTime::UnixMicros(value.GetInt64());
  return std::monostate();
}

std::optional<ReportTable> ReadTable(const rapidjson::Value& value) {
  std::optional<Error> fault;
  FieldReader fields(value, fault);
  ReportTable table;
  table.name = fields.String("name");
  const auto* columns = fields.Array("columns", kMost);
  const auto* rows = fields.Array("rows", kMost);
  if (fault) return std::nullopt;
  for (const auto& column : columns->GetArray()) {
    FieldReader reader(column, fault);
    std::string name = reader.String("name");
    const auto kind = std::ranges::find(kKinds, reader.String("kind"));
    if (fault || kind == kKinds.end()) return std::nullopt;
    table.columns.push_back(
        {.name = std::move(name), .kind = static_cast<ReportKind>(kind - kKinds.begin())});
  }
  for (const auto& row : rows->GetArray()) {
    if (!row.IsArray() || row.Size() != table.columns.size()) return std::nullopt;
    auto& cells = table.rows.emplace_back();
    for (rapidjson::SizeType i = 0; i < row.Size(); ++i) {
      cells.push_back(ReadCell(row[i], table.columns[i].kind));
    }
  }
  return table;
}

}  // namespace

void WriteCell(JsonWriter& w, const ReportCell& cell, int64_t unit_us) {
  if (const auto* text = std::get_if<std::string>(&cell)) {
    WriteText(w, *text);
  } else if (const auto* number = std::get_if<int64_t>(&cell)) {
    w.Int64(*number);
  } else if (const auto* flag = std::get_if<bool>(&cell)) {
    w.Bool(*flag);
  } else if (const auto* time = std::get_if<WallTime>(&cell)) {
    w.Int64(time->unix_us() / unit_us);
  } else {
    w.Null();
  }
}

std::string WriteForStore(const MeetingReport& report) {
  return WriteObject([&](JsonWriter& w) {
    WriteField(w, "started_at", report.started_at.unix_us());
    if (report.ended_at) WriteField(w, "ended_at", report.ended_at->unix_us());
    w.Key("tables");
    w.StartArray();
    for (const ReportTable& table : report.tables) {
      w.StartObject();
      WriteField(w, "name", table.name);
      w.Key("columns");
      w.StartArray();
      for (const ReportColumn& column : table.columns) {
        w.StartObject();
        WriteField(w, "name", column.name);
        WriteField(w, "kind", kKinds[static_cast<size_t>(column.kind)]);
        w.EndObject();
      }
      w.EndArray();
      w.Key("rows");
      w.StartArray();
      for (const auto& row : table.rows) {
        w.StartArray();
        for (const ReportCell& cell : row) WriteCell(w, cell, 1);
        w.EndArray();
      }
      w.EndArray();
      w.EndObject();
    }
    w.EndArray();
  });
}

std::optional<MeetingReport> ReadReport(std::string_view json) {
  rapidjson::Document document;
  const JsonBounds bounds{.bytes = kMost, .depth = 6};
  if (ParseStrictJson(json, bounds, document) != JsonFault::kNone) return std::nullopt;
  std::optional<Error> fault;
  FieldReader fields(document, fault);
  MeetingReport report;
  report.started_at = WallTime::UnixMicros(fields.Integer("started_at", 0, kMaxTime));
  if (document.IsObject() && document.HasMember("ended_at")) {
    report.ended_at = WallTime::UnixMicros(fields.Integer("ended_at", 0, kMaxTime));
  }
  const auto* tables = fields.Array("tables", kMost);
  if (fault) return std::nullopt;
  for (const auto& value : tables->GetArray()) {
    auto table = ReadTable(value);
    if (!table) return std::nullopt;
    report.tables.push_back(*std::move(table));
  }
  return report;
}

}  // namespace parley
