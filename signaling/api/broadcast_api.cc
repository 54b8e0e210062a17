#include "signaling/api/broadcast_api.h"

#include <rapidjson/document.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "recorder/live/hls_playlist.h"
#include "signaling/api/api_request.h"
#include "signaling/api/file_body.h"
#include "signaling/api/http_fields.h"
#include "signaling/api/responses.h"
#include "signaling/protocol/field_reader.h"
#include "signaling/recording/broadcast_desk.h"
#include "signaling/room/broadcast_port.h"
#include "signaling/room/room_registry.h"

namespace parley {
namespace {

constexpr size_t kMostTargets = 100;  // that are read; the desk takes fewer

BroadcastWish ReadWish(FieldReader& fields) {
  BroadcastWish wish;
  wish.hls = fields.OptionalBool("hls", false);
  const auto* list = fields.OptionalArray("targets", kMostTargets);
  if (list == nullptr) return wish;
  for (const auto& entry : list->GetArray()) {
    if (entry.IsString()) {
      wish.targets.emplace_back(entry.GetString(), entry.GetStringLength());
    } else {
      fields.Fail("targets", "is a list of texts");
    }
  }
  return wish;
}

}  // namespace

HttpResponse BroadcastApi::Handle(const HttpRequest& request, std::string_view name, Now now) {
  const auto grants = Authorize(request, context_, Scope::kRecordings, now);
  if (!grants) return grants.error();
  if (grants->role != Role::kHost || !grants->Covers(name)) {
    return ErrorResponse(
        Error::Of(ErrorCode::kForbidden, "Only a host of this room may show it live."));
  }
  BroadcastPort* live = context_.rooms.broadcasting();
  if (live == nullptr)
    return ErrorResponse(Error::Of(ErrorCode::kForbidden, "This server shows no meetings live."));
  Room* room = context_.rooms.Find(name);
  if (room == nullptr) return ErrorResponse(Error::Of(ErrorCode::kRoomNotFound));
  switch (request.method) {
    case HttpMethod::kGet:
      return JsonResponse(200, WriteBroadcastStatus(live->Find(*room), &live->offer()));
    case HttpMethod::kPost:
      return Start(request, name, now);
    case HttpMethod::kDelete:
      return live->Stop(*room, now) ? EmptyResponse(204) : NotFound();
    default:
      return MethodNotAllowed("GET, POST, DELETE");
  }
}

HttpResponse BroadcastApi::Start(const HttpRequest& request, std::string_view name, Now now) {
  rapidjson::Document body;
  if (auto error = ReadBody(request, context_.limits, body)) return ErrorResponse(*error);
  std::optional<Error> fault;
  FieldReader fields(&body, fault);
  BroadcastWish wish = ReadWish(fields);
  if (fault) return ErrorResponse(*fault);
  BroadcastPort& live = *context_.rooms.broadcasting();
  Room& room = *context_.rooms.Find(name);
  if (auto started = live.Start(room, std::move(wish), now); !started) {
    return ErrorResponse(started.error());
  }
  return JsonResponse(201, WriteBroadcastStatus(live.Find(room), &live.offer()));
}

HttpResponse BroadcastApi::File(const HttpRequest& request, std::string_view path) const {
  const auto id = TakeSegment(path);
  const auto name = TakeSegment(path);
  if (!id || !name || !path.empty() || !IsHlsFile(*name) || context_.broadcasts == nullptr) {
    return NotFound();
  }
  if (request.method != HttpMethod::kGet && request.method != HttpMethod::kHead) {
    return MethodNotAllowed("GET, HEAD");
  }
  const auto directory = context_.broadcasts->FilesOf(*id);
  if (!directory) return NotFound();
  auto file = StoredFile::OpenPlain(*directory / *name);
  if (!file) return NotFound();
  const uint64_t size = file->size();
  const bool playlist = *name == kHlsPlaylistFile;
  HttpResponse response;
  response.file = std::make_shared<FileBody>(*std::move(file), 0, size);
  response.Set("Content-Type", playlist ? "application/vnd.apple.mpegurl" : "video/mp4");
  // A name is never given to another segment.
  response.Set("Cache-Control", playlist ? "public, max-age=1" : "public, max-age=3600, immutable");
  // Whoever has the address may watch, by whatever page.
  response.Set("Access-Control-Allow-Origin", "*");
  return response;
}

}  // namespace parley
