#include "signaling/api/recordings_api.h"

#include <charconv>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "recorder/library/made_files.h"
#include "signaling/api/api_request.h"
#include "signaling/api/http_fields.h"
#include "signaling/api/jwt_token_verifier.h"
#include "signaling/api/later_response.h"
#include "signaling/api/page.h"
#include "signaling/api/recording_filter.h"
#include "signaling/api/recording_responses.h"
#include "signaling/api/responses.h"
#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/recording/disk_pressure.h"
#include "signaling/recording/retention.h"
#include "signaling/room/display_name.h"
#include "signaling/room/event_port.h"

namespace parley {
namespace {

// Of one answer to a Range, of a track.
constexpr uint64_t kMostBytes = 4 << 20;
constexpr std::string_view kSubtitles = "subtitles.vtt";
constexpr std::string_view kChat = "chat.txt";

bool IsFileName(std::string_view name) {
  return IsTrackFileName(name) || IsMadeFile(name) || name == kSubtitles || name == kChat;
}

// Where a recording stands in the list: by its beginning, then by its id.
using Place = std::pair<int64_t, std::string>;
Place PlaceOf(const RecordingSummary& summary) {
  return {summary.state.started_at_us, summary.state.id};
}
std::string ToText(const Place& place) { return std::to_string(place.first) + "." + place.second; }
std::optional<Place> ReadPlace(const std::string& text) {
  Place place;
  const char* const end = text.data() + text.size();
  const auto [dot, error] = std::from_chars(text.data(), end, place.first);
  if (error != std::errc() || dot == end || *dot != '.') return std::nullopt;
  place.second.assign(dot + 1, end);
  return IsRecordingId(place.second) ? std::optional(std::move(place)) : std::nullopt;
}

// The part of a list, newest first, that was asked for.
RecordingPage Take(const Page& page, std::vector<RecordingSummary> all) {
  if (const auto after = ReadPlace(page.after)) {
    std::erase_if(all, [&](const RecordingSummary& each) { return PlaceOf(each) >= *after; });
  }
  RecordingPage part{.recordings = std::move(all), .next = {}};
  if (page.limit != 0 && part.recordings.size() > page.limit) {
    part.recordings.resize(page.limit);
    part.next = ToText(PlaceOf(part.recordings.back()));
  }
  return part;
}

// A link that a browser follows by itself brings its token in the query.
std::expected<Grants, HttpResponse> AuthorizeByLink(const HttpRequest& request,
                                                    const ApiContext& context, Now now) {
  const std::string ticket = QueryValue(request, "ticket");
  if (!request.authorization.empty() || ticket.empty()) {
    return Authorize(request, context, Scope::kRecordings, now);
  }
  auto grants = context.tokens.Verify(ticket, now.wall);
  if (!grants) return std::unexpected(ErrorResponse(grants.error()));
  // What else a token may must not stand in addresses.
  if (grants->recording.empty()) return std::unexpected(RecordingForbidden());
  return *std::move(grants);
}

}  // namespace

RecordingsApi::RecordingsApi(ApiContext& context)
    : context_(context),
      library_(context.recordings, context.recording.upload.enabled()),
      queue_(context.recordings, context.composers, context.recording.compositions,
             DiskPressure::EnoughFor(context.recording.min_free())) {
  if (context.recording.upload.enabled()) {
    uploads_.emplace(context.recordings, context.recording.upload);
  }
  queue_.OnDone([this](const std::string& id, const std::string& file) { TellMade(id, file); });
  disk_.Post([this] { queue_.Resume(); });
}

HttpResponse RecordingsApi::Handle(const HttpRequest& request, std::string_view path, Now now) {
  auto grants = AuthorizeByLink(request, context_, now);
  if (!grants) return grants.error();
  const bool by_ticket = !grants->recording.empty();
  if (!by_ticket && !grants->ManagesRecordings()) return RecordingForbidden();
  if (path.empty()) {
    if (by_ticket) return RecordingForbidden();
    return request.method == HttpMethod::kGet ? List(request, *std::move(grants))
                                              : MethodNotAllowed("GET");
  }
  const auto id = TakeSegment(path);
  if (!id || !IsRecordingId(*id)) return RecordingNotFound();
  const auto resource = TakeSegment(path);
  if (resource == "compositions") {
    return Compositions(request, *std::move(grants), std::string(*id), path, now);
  }
  const bool reads = request.method == HttpMethod::kGet || request.method == HttpMethod::kHead;
  if (by_ticket && !reads) return RecordingForbidden();
  if (!resource && path.empty()) return Change(request, *std::move(grants), std::string(*id));
  if (resource == "tickets" && path.empty()) {
    if (request.method != HttpMethod::kPost) return MethodNotAllowed("POST");
    return Ticket(*std::move(grants), std::string(*id), now);
  }
  if (resource != "files") return NotFound();
  const auto name = TakeSegment(path);
  if (!name || !path.empty() || !IsFileName(*name)) return RecordingNotFound();
  if (!reads) return MethodNotAllowed("GET, HEAD");
  return File(request, *std::move(grants), std::string(*id), std::string(*name));
}

void RecordingsApi::HandleTimeout(Now now) {
  if (uploads_) uploads_->HandleTimeout(now);
  // One at a time: whoever is behind would only post more.
  if (now.steady < next_turn_ || in_turn_.load(std::memory_order_relaxed)) return;
  next_turn_ = now.steady + kTurn;
  const bool sweeps = next_sweep_ <= now.steady;
  if (sweeps) next_sweep_ = now.steady + kSweep;
  in_turn_.store(true, std::memory_order_relaxed);
  const bool taken = disk_.Post([this, sweeps, wall = now.wall] {
    queue_.Update();
    if (sweeps) Sweep(wall);
    in_turn_.store(false, std::memory_order_relaxed);
  });
  if (!taken) in_turn_.store(false, std::memory_order_relaxed);
}

void RecordingsApi::Sweep(WallTime now) {
  counts_.expired.fetch_add(DeleteExpired(library_, queue_, context_.recording.keep_days, now),
                            std::memory_order_relaxed);
  uint64_t bytes = 0;
  const auto all = library_.List("");
  for (const RecordingSummary& summary : all) bytes += summary.size;
  counts_.stored.store(all.size(), std::memory_order_relaxed);
  counts_.bytes.store(bytes, std::memory_order_relaxed);
}

void RecordingsApi::TellMade(const std::string& id, const std::string& file) const {
  if (!context_.events) return;
  const auto state = library_.Find(id);
  if (!state) return;
  context_.events->Tell("composition.done", state->room, WriteObject([&](JsonWriter& w) {
                          WriteField(w, "recording", id);
                          WriteField(w, "file", file);
                        }));
}

HttpResponse RecordingsApi::List(const HttpRequest& request, Grants grants) {
  const auto page = ReadPage(request);
  if (!page) return ErrorResponse(page.error());
  if (!page->after.empty() && !ReadPlace(page->after)) {
    return ErrorResponse(Error::BadField("after", "This is the next of no answer."));
  }
  const auto filter = ReadRecordingFilter(request);
  if (!filter) return ErrorResponse(filter.error());
  return Later([this, page = *page, filter = *filter,
                grants = std::move(grants)](RecordingLibrary& library) {
    auto found = library.List(filter.room);
    std::erase_if(found, [&](const RecordingSummary& summary) {
      return !grants.Covers(summary.state.room) || !filter.Takes(summary.state);
    });
    const auto upload_of = [this](const std::string& id) {
      return uploads_ ? uploads_->uploader().StatusOf(id) : std::nullopt;
    };
    return TellRecordings(Take(page, std::move(found)), context_.recording.keep_days, upload_of);
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
    const Work work = [this, id](RecordingLibrary& library) {
      queue_.Forget(id);
      return AnswerTo(library.Delete(id));
    };
    return LaterFor(std::move(grants), id, work, Wants::kNothing);
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
    return TellTicket(ticket, expires_at);
  });
}

HttpResponse RecordingsApi::File(const HttpRequest& request, Grants grants, std::string id,
                                 std::string name) {
  return LaterFor(
      std::move(grants), id,
      [this, id, name = std::move(name), range = request.range](RecordingLibrary& library) {
        if (name == kSubtitles || name == kChat) {
          auto text = name == kChat ? library.Chat(id) : library.Subtitles(id);
          return text ? SendText(*std::move(text), name) : RecordingNotFound();
        }
        const bool made = IsMadeFile(name);
        if (made && !queue_.IsDone(id, name)) return RecordingNotFound();
        auto file = library.OpenFile(id, name);
        if (!file) return RecordingNotFound();
        return SendFile(*std::move(file), name, range,
                        made ? std::numeric_limits<uint64_t>::max() : kMostBytes);
      });
}

HttpResponse RecordingsApi::Compositions(const HttpRequest& request, Grants grants, std::string id,
                                         std::string_view path, Now now) {
  if (path.empty()) {
    if (request.method == HttpMethod::kPost) {
      return Compose(request, std::move(grants), std::move(id), now);
    }
    if (request.method != HttpMethod::kGet) return MethodNotAllowed("GET, POST");
    return LaterFor(std::move(grants), id,
                    [this, id](RecordingLibrary&) { return TellCompositions(queue_.List(id)); });
  }
  const auto file = TakeSegment(path);
  if (!file || !path.empty() || !IsMadeFile(*file)) return RecordingNotFound();
  if (request.method != HttpMethod::kDelete) return MethodNotAllowed("DELETE");
  const bool by_ticket = !grants.recording.empty();
  return LaterFor(std::move(grants), id,
                  [this, id, by_ticket, name = std::string(*file)](RecordingLibrary&) {
                    if (by_ticket && queue_.IsDone(id, name)) return RecordingForbidden();
                    return queue_.Remove(id, name) ? EmptyResponse(204) : RecordingNotFound();
                  });
}

HttpResponse RecordingsApi::Compose(const HttpRequest& request, Grants grants, std::string id,
                                    Now now) {
  rapidjson::Document body;
  if (auto error = ReadBody(request, context_.limits, body)) return ErrorResponse(*error);
  std::optional<Error> fault;
  const std::string file = FieldReader(&body, fault).String("file");
  if (fault) return ErrorResponse(*fault);
  if (!IsMadeFile(file)) {
    std::string allowed = "Allowed is";
    for (const std::string_view name : kMadeFiles) {
      allowed += name == kMadeFiles.back() ? " or " : name == kMadeFiles.front() ? " " : ", ";
      allowed += name;
    }
    return ErrorResponse(Error::BadField("file", allowed + "."));
  }
  return LaterFor(std::move(grants), id, [this, id, file, now](RecordingLibrary&) {
    const auto asked = queue_.Ask(id, file, now.wall);
    return asked ? TellComposition(*asked) : AnswerTo(asked.error());
  });
}

HttpResponse RecordingsApi::LaterFor(Grants grants, std::string id, Work work, Wants wants) {
  return Later([grants = std::move(grants), id = std::move(id), work = std::move(work),
                wants](RecordingLibrary& library) {
    const auto state = library.Find(id);
    if (!state) return RecordingNotFound();
    const bool may = grants.recording.empty() ? grants.Covers(state->room) : grants.recording == id;
    if (!may) return RecordingForbidden();
    return state->locked && wants == Wants::kKey ? RecordingLocked() : work(library);
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
