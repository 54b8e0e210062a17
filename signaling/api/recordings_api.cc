#include "signaling/api/recordings_api.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <memory>
#include <optional>
#include <utility>

#include "signaling/api/api_request.h"
#include "signaling/api/byte_range.h"
#include "signaling/api/file_body.h"
#include "signaling/api/http_fields.h"
#include "signaling/api/jwt_token_verifier.h"
#include "signaling/api/later_response.h"
#include "signaling/api/responses.h"
#include "signaling/protocol/field_reader.h"
#include "signaling/room/display_name.h"

namespace parley {
namespace {

// Of one answer to a Range.
constexpr uint64_t kMostBytes = 4 << 20;

HttpResponse RecordingNotFound() { return ErrorResponse(Error::Of(ErrorCode::kRecordingNotFound)); }

HttpResponse Forbidden() {
  return ErrorResponse(
      Error::Of(ErrorCode::kForbidden, "Only a host of its room may have a recording."));
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
    case kFailed:
      break;
  }
  return ErrorResponse(Error::Of(ErrorCode::kInternal, "The disk refuses the change."));
}

void Summarize(rapidjson::Writer<rapidjson::StringBuffer>& json, const RecordingSummary& summary) {
  const auto text = [&](const char* name, const std::string& value) {
    json.Key(name);
    json.String(value);
  };
  json.StartObject();
  text("id", summary.state.id);
  text("room", summary.state.room);
  text("title", summary.state.title);
  text("state", summary.state.state);
  json.Key("started_at_us");
  json.Int64(summary.state.started_at_us);
  json.Key("duration_us");
  json.Int64(summary.duration_us);
  json.Key("size");
  json.Uint64(summary.size);
  json.EndObject();
}

// A link that a browser follows by itself brings its token in the query.
std::expected<Grants, HttpResponse> AuthorizeByLink(const HttpRequest& request,
                                                    const TokenVerifier& tokens, Now now) {
  const std::string ticket = QueryValue(request, "ticket");
  if (!request.authorization.empty() || ticket.empty()) return Authorize(request, tokens, now);
  auto grants = tokens.Verify(ticket, now.wall);
  if (!grants) return std::unexpected(ErrorResponse(grants.error()));
  // What else a token may must not stand in addresses.
  if (grants->recording.empty()) return std::unexpected(Forbidden());
  return *std::move(grants);
}

HttpResponse SendTrack(const RecordingLibrary::TrackBytes& track, const std::string& name,
                       const std::string& range) {
  const auto parsed = ParseRange(range, track.size, kMostBytes);
  const ByteRange part = parsed.range.value_or(ByteRange{.from = 0, .size = track.size});
  auto file = std::make_shared<const FileBody>(track.descriptor, part.from, part.size);
  const std::string size = "/" + std::to_string(track.size);
  if (!range.empty() && !parsed.range && parsed.fault == RangeFault::kUnsatisfiable) {
    HttpResponse response = ErrorResponse(
        416, Error::Of(ErrorCode::kBadRequest, "The range begins behind the file's end."));
    response.Set("Content-Range", "bytes *" + size);
    return response;
  }
  HttpResponse response;
  response.Set("Content-Type", name.ends_with(".mkv") ? "video/x-matroska" : "video/webm");
  response.Set("Cache-Control", "private, no-store");
  response.Set("Accept-Ranges", "bytes");
  if (parsed.range) {
    response.status = 206;
    response.Set("Content-Range", "bytes " + std::to_string(part.from) + "-" +
                                      std::to_string(part.from + part.size - 1) + size);
  }
  response.file = std::move(file);
  return response;
}

}  // namespace

RecordingsApi::RecordingsApi(ApiContext& context)
    : context_(context), library_(context.recordings) {}

HttpResponse RecordingsApi::Handle(const HttpRequest& request, std::string_view path, Now now) {
  auto grants = AuthorizeByLink(request, context_.tokens, now);
  if (!grants) return grants.error();
  const bool is_host = grants->role == Role::kHost;
  const bool reads = request.method == HttpMethod::kGet || request.method == HttpMethod::kHead;
  if (!is_host && (grants->recording.empty() || !reads)) return Forbidden();
  if (path.empty()) {
    if (!is_host) return Forbidden();
    return request.method == HttpMethod::kGet ? List(request, *std::move(grants))
                                              : MethodNotAllowed("GET");
  }
  const auto id = TakeSegment(path);
  if (!id || !IsRecordingId(*id)) return RecordingNotFound();
  if (path.empty()) return Change(request, *std::move(grants), std::string(*id));
  if (path == "/tickets") {
    if (request.method != HttpMethod::kPost) return MethodNotAllowed("POST");
    return Ticket(*std::move(grants), std::string(*id), now);
  }
  if (TakeSegment(path) != "files") return NotFound();
  const auto name = TakeSegment(path);
  if (!name || !path.empty() || !IsTrackFileName(*name)) return RecordingNotFound();
  if (!reads) return MethodNotAllowed("GET, HEAD");
  return File(request, *std::move(grants), std::string(*id), std::string(*name));
}

HttpResponse RecordingsApi::List(const HttpRequest& request, Grants grants) {
  return Later(
      [room = QueryValue(request, "room"), grants = std::move(grants)](RecordingLibrary& library) {
        rapidjson::StringBuffer buffer;
        rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
        json.StartObject();
        json.Key("recordings");
        json.StartArray();
        for (const RecordingSummary& summary : library.List(room)) {
          if (grants.Covers(summary.state.room)) Summarize(json, summary);
        }
        json.EndArray();
        json.EndObject();
        return JsonResponse(200, {buffer.GetString(), buffer.GetSize()});
      });
}

HttpResponse RecordingsApi::Change(const HttpRequest& request, Grants grants, std::string id) {
  if (request.method == HttpMethod::kGet) {
    return LaterFor(std::move(grants), id, [id](RecordingLibrary& library) {
      const auto manifest = library.Read(id);
      return manifest ? JsonResponse(200, manifest->ToJson()) : RecordingNotFound();
    });
  }
  if (request.method == HttpMethod::kDelete) {
    return LaterFor(std::move(grants), id,
                    [id](RecordingLibrary& library) { return AnswerTo(library.Delete(id)); });
  }
  if (request.method != HttpMethod::kPatch) return MethodNotAllowed("GET, PATCH, DELETE");
  rapidjson::Document body;
  if (auto error = ReadBody(request, context_.limits, body)) return ErrorResponse(*error);
  std::optional<Error> fault;
  const auto title = NormalizeDisplayName(FieldReader(&body, fault).String("title"),
                                          context_.limits.title_characters);
  if (fault) return ErrorResponse(*fault);
  if (!title) {
    return ErrorResponse(Error::BadField(
        "title", "A title has 1 to " + std::to_string(context_.limits.title_characters) +
                     " characters and no control characters."));
  }
  return LaterFor(std::move(grants), id, [id, title = *title](RecordingLibrary& library) {
    return AnswerTo(library.Rename(id, title));
  });
}

HttpResponse RecordingsApi::Ticket(Grants grants, std::string id, Now now) {
  const std::string ticket = context_.tokens.MakeTicket(id, now.wall);
  if (ticket.empty()) {
    return ErrorResponse(Error::Of(ErrorCode::kInternal, "No key of this server can sign."));
  }
  const int64_t expires_at = (now.wall + Grants::kTicketLife).unix_us() / 1000;
  return LaterFor(std::move(grants), std::move(id), [ticket, expires_at](RecordingLibrary&) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
    json.StartObject();
    json.Key("ticket");
    json.String(ticket);
    json.Key("expires_at");
    json.Int64(expires_at);
    json.EndObject();
    return JsonResponse(201, {buffer.GetString(), buffer.GetSize()});
  });
}

HttpResponse RecordingsApi::File(const HttpRequest& request, Grants grants, std::string id,
                                 std::string name) {
  return LaterFor(std::move(grants), id,
                  [id, name = std::move(name), range = request.range](RecordingLibrary& library) {
                    const auto track = library.OpenTrack(id, name);
                    return track ? SendTrack(*track, name, range) : RecordingNotFound();
                  });
}

HttpResponse RecordingsApi::LaterFor(Grants grants, std::string id, Work work) {
  return Later([grants = std::move(grants), id = std::move(id),
                work = std::move(work)](RecordingLibrary& library) {
    const auto state = library.Find(id);
    if (!state) return RecordingNotFound();
    const bool may = grants.recording.empty() ? grants.Covers(state->room) : grants.recording == id;
    return may ? work(library) : Forbidden();
  });
}

HttpResponse RecordingsApi::Later(Work work) {
  auto later = std::make_shared<LaterResponse>();
  const bool taken = disk_.Post([this, later, work = std::move(work), wake = context_.wake] {
    later->Give(work(library_));
    if (wake) wake();
  });
  if (!taken) {
    return ErrorResponse(503, Error::Of(ErrorCode::kInternal, "The disk is busy: try again soon."));
  }
  HttpResponse response;
  response.later = std::move(later);
  return response;
}

}  // namespace parley
