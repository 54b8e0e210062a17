#include "signaling/api/reports_api.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "signaling/api/api_request.h"
#include "signaling/api/csv.h"
#include "signaling/api/http_fields.h"
#include "signaling/api/jwt_token_verifier.h"
#include "signaling/api/later_response.h"
#include "signaling/api/responses.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/room/meeting_report.h"
#include "signaling/room/report_cell.h"
#include "signaling/room/room.h"
#include "signaling/room/room_registry.h"

namespace parley {
namespace {

// Unix times of the API, in microseconds.
constexpr int64_t kMillisecond = 1000;

struct Wish {
  std::string room;
  std::string title;
  WallTime meeting;   // zero: the latest
  std::string table;  // as CSV; empty: everything as JSON
};

HttpResponse NoSuchReport(std::string message) {
  return ErrorResponse(404, Error::Of(ErrorCode::kBadRequest, std::move(message)));
}

void WriteTimes(JsonWriter& w, WallTime started_at, std::optional<WallTime> ended_at) {
  // A meeting is named by its beginning to the microsecond.
  WriteField(w, "meeting", std::to_string(started_at.unix_us()));
  WriteTime(w, "started_at", started_at);
  if (ended_at) {
    WriteTime(w, "ended_at", *ended_at);
  } else {
    WriteKey(w, "ended_at");
    w.Null();
  }
}

void WriteTable(JsonWriter& w, const ReportTable& table) {
  WriteKey(w, table.name);
  w.StartArray();
  for (const auto& row : table.rows) {
    w.StartObject();
    for (size_t i = 0; i < row.size(); ++i) {
      WriteKey(w, table.columns[i].name);
      WriteCell(w, row[i], kMillisecond);
    }
    w.EndObject();
  }
  w.EndArray();
}

std::string ReportJson(const Wish& wish, const MeetingReport& report,
                       const std::optional<MeetingReport>& live,
                       const std::vector<StoredReport>& stored) {
  return WriteObject([&](JsonWriter& w) {
    WriteField(w, "room", wish.room);
    WriteField(w, "title", wish.title);
    WriteTimes(w, report.started_at, report.ended_at);
    w.Key("meetings");
    w.StartArray();
    const auto meeting = [&](WallTime started_at, std::optional<WallTime> ended_at) {
      w.StartObject();
      WriteTimes(w, started_at, ended_at);
      w.EndObject();
    };
    if (live) meeting(live->started_at, live->ended_at);
    for (const StoredReport& each : stored) meeting(each.started_at, each.ended_at);
    w.EndArray();
    for (const ReportTable& table : report.tables) WriteTable(w, table);
  });
}

HttpResponse Answer(const Wish& wish, const std::optional<MeetingReport>& live,
                    const std::vector<StoredReport>& stored) {
  std::optional<MeetingReport> report;
  if (live && (wish.meeting == WallTime() || wish.meeting == live->started_at)) {
    report = live;
  } else {
    for (const StoredReport& each : stored) {
      if (!each.value.empty()) report = ReadReport(each.value);
    }
  }
  if (!report) {
    return NoSuchReport(wish.meeting == WallTime() ? "There was no meeting in this room yet."
                                                   : "There is no report of this meeting.");
  }
  if (wish.table.empty()) return JsonResponse(200, ReportJson(wish, *report, live, stored));
  const auto table = std::ranges::find(report->tables, wish.table, &ReportTable::name);
  if (table == report->tables.end()) return NoSuchReport("The report has no such part.");
  HttpResponse response;
  response.Set("Content-Type", "text/csv; charset=utf-8");
  response.Set("Content-Disposition",
               "attachment; filename=\"" + wish.room + "-" + wish.table + ".csv\"");
  response.Set("Cache-Control", "no-store");
  response.body = WriteCsv(*table);
  return response;
}

// Nothing when it is no meeting's name.
std::optional<WallTime> ReadMeeting(const std::string& text) {
  int64_t us = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), us);
  if (error != std::errc() || end != text.data() + text.size() || us <= 0) return std::nullopt;
  return WallTime::UnixMicros(us);
}

// "/attendance.csv": attendance. Nothing when it is something else.
std::optional<std::string> ReadTableName(std::string_view path) {
  constexpr std::string_view kEnding = ".csv";
  if (path.empty()) return std::string();
  const auto file = TakeSegment(path);
  if (!file || !path.empty() || !file->ends_with(kEnding)) return std::nullopt;
  std::string name(file->substr(0, file->size() - kEnding.size()));
  // It becomes part of a header.
  const bool good = !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || c == '_';
  });
  return good ? std::optional(std::move(name)) : std::nullopt;
}

}  // namespace

HttpResponse ReportsApi::Handle(const HttpRequest& request, std::string_view room_name,
                                std::string_view path, Now now) {
  const auto grants = Authorize(request, context_, Scope::kReports, now);
  if (!grants) return grants.error();
  if (grants->role != Role::kHost || !grants->Covers(room_name)) {
    return ErrorResponse(
        Error::Of(ErrorCode::kForbidden, "Only a host of this room may read its reports."));
  }
  if (request.method != HttpMethod::kGet) return MethodNotAllowed("GET");
  const Room* room = context_.rooms.Find(room_name);
  if (!room) return ErrorResponse(Error::Of(ErrorCode::kRoomNotFound));
  const auto table = ReadTableName(path);
  if (!table) return NotFound();
  Wish wish{
      .room = room->record().name, .title = room->record().title, .meeting = {}, .table = *table};
  if (const std::string wanted = QueryValue(request, "meeting"); !wanted.empty()) {
    const auto meeting = ReadMeeting(wanted);
    if (!meeting) return ErrorResponse(Error::BadField("meeting", "This names no meeting."));
    wish.meeting = *meeting;
  }

  auto later = std::make_shared<LaterResponse>();
  const std::string name = wish.room;
  const WallTime meeting = wish.meeting;
  context_.rooms.store().ReadReports(
      name, meeting,
      [later, live = room->Report(now), wish = std::move(wish)](
          const std::vector<StoredReport>& stored) { later->Give(Answer(wish, live, stored)); });
  HttpResponse response;
  response.later = std::move(later);
  return response;
}

}  // namespace parley
