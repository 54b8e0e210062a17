#include "signaling/api/recording_responses.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <array>
#include <memory>
#include <utility>

#include "signaling/api/byte_range.h"
#include "signaling/api/file_body.h"
#include "signaling/api/responses.h"
#include "signaling/recording/retention.h"

namespace parley {
namespace {

using Json = rapidjson::Writer<rapidjson::StringBuffer>;

// An object or array that `write` fills.
template <class Write>
HttpResponse Tell(int status, Write write) {
  rapidjson::StringBuffer buffer;
  Json json(buffer);
  write(json);
  return JsonResponse(status, {buffer.GetString(), buffer.GetSize()});
}

void WriteText(Json& json, const char* name, std::string_view value) {
  json.Key(name);
  json.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

void Write(Json& json, const UploadStatus& upload) {
  json.StartObject();
  WriteText(json, "state", ToString(upload.state));
  if (upload.state == UploadStatus::State::kRunning) {
    json.Key("percent");
    json.Int(upload.percent);
  }
  if (!upload.error.empty()) WriteText(json, "error", upload.error);
  json.Key("local");
  json.Bool(upload.local);
  json.EndObject();
}

void Write(Json& json, const RecordingSummary& summary, int keep_days,
           const std::optional<UploadStatus>& upload) {
  json.StartObject();
  WriteText(json, "id", summary.state.id);
  WriteText(json, "room", summary.state.room);
  WriteText(json, "title", summary.state.title);
  WriteText(json, "state", summary.state.locked ? "locked" : summary.state.state);
  json.Key("started_at_us");
  json.Int64(summary.state.started_at_us);
  json.Key("duration_us");
  json.Int64(summary.duration_us);
  json.Key("size");
  json.Uint64(summary.size);
  if (const auto expiry = ExpiryOf(summary, keep_days)) {
    json.Key("expires_at");
    json.Int64(expiry->unix_us() / 1000);
  }
  if (upload) {
    json.Key("upload");
    Write(json, *upload);
  }
  json.EndObject();
}

void Write(Json& json, const Composition& composition) {
  json.StartObject();
  WriteText(json, "file", composition.file);
  WriteText(json, "state", ToString(composition.state));
  if (composition.state == Composition::State::kRunning) {
    json.Key("percent");
    json.Double(composition.percent);
    json.Key("seconds_left");
    if (composition.seconds_left) {
      json.Int64(*composition.seconds_left);
    } else {
      json.Null();
    }
  }
  if (composition.state == Composition::State::kDone) {
    json.Key("size");
    json.Uint64(composition.size);
  }
  if (composition.state == Composition::State::kFailed) {
    WriteText(json, "error", composition.error);
  }
  json.EndObject();
}

std::string_view TypeOf(std::string_view name) {
  constexpr auto kTypes = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"sound.webm", "audio/webm"},
       {".webm", "video/webm"},
       {".mkv", "video/x-matroska"},
       {".mp4", "video/mp4"},
       {".m4a", "audio/mp4"},
       {".zip", "application/zip"},
       {".vtt", "text/vtt; charset=utf-8"},
       {".txt", "text/plain; charset=utf-8"}});
  for (const auto& [end, type] : kTypes) {
    if (name.ends_with(end)) return type;
  }
  return "application/octet-stream";
}

void SetFileHeaders(HttpResponse& response, std::string_view name) {
  response.Set("Content-Type", std::string(TypeOf(name)));
  response.Set("Cache-Control", "private, no-store");
}

}  // namespace

HttpResponse RecordingNotFound() { return ErrorResponse(Error::Of(ErrorCode::kRecordingNotFound)); }

HttpResponse RecordingForbidden() {
  return ErrorResponse(
      Error::Of(ErrorCode::kForbidden, "Only a host of its room may have a recording."));
}

HttpResponse RecordingLocked() {
  return ErrorResponse(409,
                       Error::Of(ErrorCode::kBadRequest,
                                 "The recording is encrypted, and this server has no key for it."));
}

HttpResponse AnswerTo(RecordingLibrary::Outcome outcome) {
  using enum RecordingLibrary::Outcome;
  switch (outcome) {
    case kDone:
      return EmptyResponse(204);
    case kNotFound:
      return RecordingNotFound();
    case kBusy:
      return ErrorResponse(
          409, Error::Of(ErrorCode::kBadRequest, "The recording is being written: stop it first."));
    case kLocked:
      return RecordingLocked();
    case kFailed:
      break;
  }
  return ErrorResponse(Error::Of(ErrorCode::kInternal, "The disk refuses the change."));
}

HttpResponse AnswerTo(CompositionQueue::Refusal refusal) {
  using enum CompositionQueue::Refusal;
  switch (refusal) {
    case kNotFound:
      return RecordingNotFound();
    case kBeingWritten:
      return ErrorResponse(409, Error::Of(ErrorCode::kBadRequest,
                                          "The recording is being written: ask when it is over."));
    case kTooMany:
      return ErrorResponse(
          Error::Of(ErrorCode::kServerFull, "As many files wait to be made as may: ask later."));
    case kNoSpace:
      return ErrorResponse(Error::Of(ErrorCode::kServerFull, "The disk has no room for a file."));
    case kDiskError:
      break;
  }
  return ErrorResponse(Error::Of(ErrorCode::kInternal, "The disk refuses the change."));
}

HttpResponse TellRecordings(const RecordingPage& page, int keep_days, const UploadOf& upload_of) {
  return Tell(200, [&](Json& json) {
    json.StartObject();
    json.Key("recordings");
    json.StartArray();
    for (const RecordingSummary& summary : page.recordings) {
      Write(json, summary, keep_days, upload_of(summary.state.id));
    }
    json.EndArray();
    if (!page.next.empty()) WriteText(json, "next", page.next);
    json.EndObject();
  });
}

HttpResponse TellComposition(const Composition& composition) {
  const int status = composition.state == Composition::State::kDone ? 200 : 202;
  return Tell(status, [&](Json& json) { Write(json, composition); });
}

HttpResponse TellCompositions(const std::vector<Composition>& compositions) {
  return Tell(200, [&](Json& json) {
    json.StartObject();
    json.Key("compositions");
    json.StartArray();
    for (const Composition& composition : compositions) Write(json, composition);
    json.EndArray();
    json.EndObject();
  });
}

HttpResponse TellTicket(const std::string& ticket, int64_t expires_at_ms) {
  return Tell(201, [&](Json& json) {
    json.StartObject();
    WriteText(json, "ticket", ticket);
    json.Key("expires_at");
    json.Int64(expires_at_ms);
    json.EndObject();
  });
}

HttpResponse SendFile(StoredFile file, std::string_view name, const std::string& range,
                      uint64_t most) {
  const uint64_t whole = file.size();
  const auto parsed = ParseRange(range, whole, most);
  const ByteRange part = parsed.range.value_or(ByteRange{.from = 0, .size = whole});
  auto body = std::make_shared<const FileBody>(std::move(file), part.from, part.size);
  const std::string size = "/" + std::to_string(whole);
  if (!range.empty() && !parsed.range && parsed.fault == RangeFault::kUnsatisfiable) {
    HttpResponse response = ErrorResponse(
        416, Error::Of(ErrorCode::kBadRequest, "The range begins behind the file's end."));
    response.Set("Content-Range", "bytes *" + size);
    return response;
  }
  HttpResponse response;
  SetFileHeaders(response, name);
  response.Set("Accept-Ranges", "bytes");
  if (parsed.range) {
    response.status = 206;
    response.Set("Content-Range", "bytes " + std::to_string(part.from) + "-" +
                                      std::to_string(part.from + part.size - 1) + size);
  }
  response.file = std::move(body);
  return response;
}

HttpResponse SendText(std::string text, std::string_view name) {
  HttpResponse response;
  SetFileHeaders(response, name);
  response.body = std::move(text);
  return response;
}

}  // namespace parley
