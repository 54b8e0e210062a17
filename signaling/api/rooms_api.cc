#include "signaling/api/rooms_api.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <expected>
#include <optional>
#include <utility>

#include "signaling/api/api_request.h"
#include "signaling/api/host_link.h"
#include "signaling/api/http_fields.h"
#include "signaling/api/jwt_token_verifier.h"
#include "signaling/api/page.h"
#include "signaling/api/responses.h"
#include "signaling/api/room_fields.h"
#include "signaling/protocol/field_reader.h"
#include "signaling/recording/capture_desk.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room.h"
#include "signaling/room/room_registry.h"

namespace parley {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

constexpr Duration kHostTokenLife = Duration::Seconds(30 * 86'400);
constexpr int64_t kMostCaptureSeconds = 600;
constexpr int64_t kMostCaptureMegabytes = 1024;

void Text(Writer& json, const char* name, std::string_view value) {
  json.Key(name);
  json.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

std::string Done(const rapidjson::StringBuffer& buffer) {
  return {buffer.GetString(), buffer.GetSize()};
}

HttpResponse Forbidden(std::string message) {
  return ErrorResponse(Error::Of(ErrorCode::kForbidden, std::move(message)));
}

// What somebody who keeps a room's doors asks of it.
struct DoorsRequest {
  Room* room;
  Grants grants;
  rapidjson::Document body;
};

// `refusal`: the sentence for whoever keeps none of this room's.
std::expected<DoorsRequest, HttpResponse> ReadDoorsRequest(const HttpRequest& request,
                                                           const ApiContext& context,
                                                           std::string_view name,
                                                           const char* refusal, Now now) {
  const auto grants = Authorize(request, context, Scope::kRooms, now);
  if (!grants) return std::unexpected(grants.error());
  if (!MayDo(grants->role, Action::kManageLobby) || !grants->Covers(name)) {
    return std::unexpected(Forbidden(refusal));
  }
  rapidjson::Document body;
  if (auto error = ReadBody(request, context.limits, body)) {
    return std::unexpected(ErrorResponse(*error));
  }
  Room* room = context.rooms.Find(name);
  if (!room) return std::unexpected(ErrorResponse(Error::Of(ErrorCode::kRoomNotFound)));
  return DoorsRequest{.room = room, .grants = *grants, .body = std::move(body)};
}

std::string WriteCapture(const CaptureDesk::Status& status) {
  rapidjson::StringBuffer buffer;
  Writer json(buffer);
  json.StartObject();
  Text(json, "file", status.file.string());
  json.Key("packets");
  json.Uint64(status.packets);
  json.Key("bytes");
  json.Uint64(status.bytes);
  json.Key("running");
  json.Bool(status.running);
  json.EndObject();
  return Done(buffer);
}

}  // namespace

RoomsApi::RoomsApi(ApiContext& context)
    : context_(context),
      stats_(context.rooms, context.wake),
      reports_(context),
      meetings_(context),
      broadcasts_(context) {}

HttpResponse RoomsApi::Handle(const HttpRequest& request, std::string_view path, Now now) {
  if (path == "/host-links/redeem") {
    return request.method == HttpMethod::kPost ? Redeem(request, now) : MethodNotAllowed("POST");
  }
  if (path == "/rooms") {
    if (request.method == HttpMethod::kPost) return Create(request, now);
    if (request.method == HttpMethod::kGet) return List(request, now);
    return MethodNotAllowed("GET, POST");
  }
  if (TakeSegment(path) != "rooms") return NotFound();
  const auto name = TakeSegment(path);
  if (!name) return NotFound();
  if (path.empty()) {
    if (request.method == HttpMethod::kPatch) return Change(request, *name, now);
    return request.method == HttpMethod::kDelete ? Delete(request, *name, now)
                                                 : MethodNotAllowed("PATCH, DELETE");
  }
  if (path == "/stats") {
    return request.method == HttpMethod::kGet ? Stats(request, *name, now)
                                              : MethodNotAllowed("GET");
  }
  if (path == "/pcap") {
    if (request.method == HttpMethod::kPost) return Capture(request, *name, now);
    if (request.method == HttpMethod::kGet) return CaptureStatus(request, *name, now);
    return MethodNotAllowed("GET, POST");
  }
  if (path == "/invitation") {
    return request.method == HttpMethod::kPost ? Renew(request, *name, now)
                                               : MethodNotAllowed("POST");
  }
  if (path == "/live") {
    return request.method == HttpMethod::kPost ? GoLive(request, *name, now)
                                               : MethodNotAllowed("POST");
  }
  if (path == "/report" || path.starts_with("/report/")) {
    return reports_.Handle(request, *name, path.substr(std::string_view("/report").size()), now);
  }
  if (path == "/meeting" || path == "/acts") {
    return meetings_.Handle(request, *name, path, now);
  }
  if (path == "/broadcast") return broadcasts_.Handle(request, *name, now);
  if (path != "/check") return NotFound();
  return request.method == HttpMethod::kPost ? Check(request, *name, now)
                                             : MethodNotAllowed("POST");
}

HttpResponse RoomsApi::Redeem(const HttpRequest& request, Now now) {
  rapidjson::Document body;
  if (auto error = ReadBody(request, context_.limits, body)) return ErrorResponse(*error);
  std::optional<Error> fault;
  FieldReader fields(&body, fault);
  const std::string link = fields.String("link");
  if (fault) return ErrorResponse(*fault);
  if (!context_.host_link.Redeem(link)) {
    return ErrorResponse(
        Error::Of(ErrorCode::kLinkInvalid,
                  "This host link was used already or belongs to an earlier start of the server."));
  }
  Grants grants;
  grants.room = "*";
  grants.role = Role::kHost;
  grants.publish = kAllSources;
  grants.create_rooms = true;
  grants.expires_at = now.wall + kHostTokenLife;
  rapidjson::StringBuffer buffer;
  Writer json(buffer);
  json.StartObject();
  Text(json, "token", context_.tokens.Make(grants, now.wall));
  json.Key("expires_at");
  json.Int64(grants.expires_at.unix_us() / 1000);
  json.EndObject();
  return JsonResponse(200, Done(buffer));
}

HttpResponse RoomsApi::Create(const HttpRequest& request, Now now) {
  const auto grants = Authorize(request, context_, Scope::kRooms, now);
  if (!grants) return grants.error();
  if (!grants->create_rooms) return Forbidden("This token may not make rooms.");
  rapidjson::Document body;
  if (auto error = ReadBody(request, context_.limits, body)) return ErrorResponse(*error);
  std::optional<Error> fault;
  FieldReader fields(&body, fault);
  const std::string name = fields.OptionalString("name").value_or("");
  const std::string title = fields.OptionalString("title").value_or("");
  const RoomOptions options = ReadRoomOptions(fields, fault);
  if (fault) return ErrorResponse(*fault);
  if (!name.empty() && !grants->Covers(name)) return Forbidden("This token is for another room.");
  const auto room = context_.rooms.Create(name, title, now, options);
  if (!room) return ErrorResponse(room.error());
  return JsonResponse(
      201, WriteObject([&](JsonWriter& w) { WriteRoom(w, **room, grants->role, request); }));
}

HttpResponse RoomsApi::Change(const HttpRequest& request, std::string_view name, Now now) {
  const auto asked =
      ReadDoorsRequest(request, context_, name, "Only a host of this room may change it.", now);
  if (!asked) return asked.error();
  std::optional<Error> fault;
  FieldReader fields(&asked->body, fault);
  const RoomRecord& record = asked->room->record();
  const bool lobby = fields.OptionalBool("lobby", record.lobby);
  const LobbyRules admits = ReadLobbyRules(fields, "lobby_admits", record.lobby_admits, fault);
  const auto passcode = fields.OptionalString("passcode");
  if (fault) return ErrorResponse(*fault);
  if (auto set = asked->room->SetDoors(lobby, admits, passcode); !set) {
    return ErrorResponse(set.error());
  }
  return EmptyResponse(204);
}

HttpResponse RoomsApi::Renew(const HttpRequest& request, std::string_view name, Now now) {
  const auto asked = ReadDoorsRequest(request, context_, name,
                                      "Only a host of this room may renew its invitation.", now);
  if (!asked) return asked.error();
  std::optional<Error> fault;
  FieldReader fields(&asked->body, fault);
  const bool stage = fields.OptionalBool("stage", false);
  if (fault) return ErrorResponse(*fault);
  if (auto renewed = asked->room->RenewInvite(stage); !renewed) {
    return ErrorResponse(renewed.error());
  }
  return JsonResponse(200, WriteObject([&](JsonWriter& w) {
                        WriteRoom(w, *asked->room, asked->grants.role, request);
                      }));
}

HttpResponse RoomsApi::List(const HttpRequest& request, Now now) {
  const auto grants = Authorize(request, context_, Scope::kRooms, now);
  if (!grants) return grants.error();
  if (grants->role != Role::kHost) return Forbidden("Only a host sees the rooms.");
  const auto page = ReadPage(request);
  if (!page) return ErrorResponse(page.error());
  std::string last;
  bool more = false;
  size_t taken = 0;
  rapidjson::StringBuffer buffer;
  Writer json(buffer);
  json.StartObject();
  json.Key("rooms");
  json.StartArray();
  for (const Room* room : context_.rooms.rooms()) {
    const RoomRecord& record = room->record();
    if (!grants->Covers(record.name) || record.name <= page->after) continue;
    more = page->IsFull(taken);
    if (more) break;
    ++taken;
    last = record.name;
    json.StartObject();
    WriteRoom(json, *room, grants->role, request);
    json.Key("participants");
    json.Uint64(room->participant_count());
    json.EndObject();
  }
  json.EndArray();
  if (more) Text(json, "next", last);
  json.EndObject();
  return JsonResponse(200, Done(buffer));
}

HttpResponse RoomsApi::Delete(const HttpRequest& request, std::string_view name, Now now) {
  const auto grants = Authorize(request, context_, Scope::kRooms, now);
  if (!grants) return grants.error();
  if (grants->role != Role::kHost || !grants->Covers(name)) {
    return Forbidden("Only a host of this room may delete it.");
  }
  if (!context_.rooms.Forget(name, now)) return ErrorResponse(Error::Of(ErrorCode::kRoomNotFound));
  return EmptyResponse(204);
}

HttpResponse RoomsApi::GoLive(const HttpRequest& request, std::string_view name, Now now) {
  const auto grants = Authorize(request, context_, Scope::kRooms, now);
  if (!grants) return grants.error();
  if (!MayDo(grants->role, Action::kGoLive) || !grants->Covers(name)) {
    return Forbidden("Only a host of this room may go live.");
  }
  Room* room = context_.rooms.Find(name);
  if (!room) return ErrorResponse(Error::Of(ErrorCode::kRoomNotFound));
  if (auto live = room->GoLive(now); !live) return ErrorResponse(live.error());
  context_.rooms.Flush();
  return EmptyResponse(204);
}

HttpResponse RoomsApi::Check(const HttpRequest& request, std::string_view name, Now now) {
  rapidjson::Document body;
  if (auto error = ReadBody(request, context_.limits, body)) return ErrorResponse(*error);
  std::optional<Error> fault;
  FieldReader fields(&body, fault);
  const auto invite = fields.OptionalString("invite");
  const auto token = fields.OptionalString("token");
  if (fault) return ErrorResponse(*fault);
  if (invite.has_value() == token.has_value()) {
    return ErrorResponse(Error::BadField("invite", "Give an invite or a token."));
  }
  Role role = Role::kPanelist;
  if (token) {
    const auto grants = context_.tokens.Verify(*token, now.wall);
    if (!grants) return ErrorResponse(grants.error());
    if (!grants->Covers(name)) {
      return ErrorResponse(Error::Of(ErrorCode::kTokenInvalid, "The token is for another room."));
    }
    role = grants->role;
  }
  const Room* room = context_.rooms.Find(name);
  if (!room) return ErrorResponse(Error::Of(ErrorCode::kRoomNotFound));
  if (invite) {
    const auto invited_as = room->RoleOfInvite(*invite);
    if (!invited_as) return ErrorResponse(Error::Of(ErrorCode::kLinkInvalid));
    role = *invited_as;
  }
  rapidjson::StringBuffer buffer;
  Writer json(buffer);
  json.StartObject();
  Text(json, "title", room->record().title);
  Text(json, "role", ToString(role));
  json.Key("participants");
  json.Uint64(room->participant_count());
  if (invite && room->passcode().exists()) WriteFlag(json, "passcode", true);
  json.EndObject();
  return JsonResponse(200, Done(buffer));
}

HttpResponse RoomsApi::Stats(const HttpRequest& request, std::string_view name, Now now) {
  const auto grants = Authorize(request, context_, Scope::kStats, now);
  if (!grants) return grants.error();
  if (grants->role != Role::kHost || !grants->Covers(name)) {
    return Forbidden("Only a host of this room sees its figures.");
  }
  const Room* room = context_.rooms.Find(name);
  if (!room) return ErrorResponse(Error::Of(ErrorCode::kRoomNotFound));
  return stats_.Ask(*room, now);
}

HttpResponse RoomsApi::Capture(const HttpRequest& request, std::string_view name, Now now) {
  if (!context_.captures) return NotFound();
  if (auto refusal = RefuseOperator(request, context_, std::nullopt, now))
    return *std::move(refusal);
  rapidjson::Document body;
  if (auto error = ReadBody(request, context_.limits, body)) return ErrorResponse(*error);
  std::optional<Error> fault;
  FieldReader fields(&body, fault);
  const int64_t seconds = fields.Integer("seconds", 1, kMostCaptureSeconds);
  const int64_t megabytes = fields.Integer("megabytes", 1, kMostCaptureMegabytes);
  if (fault) return ErrorResponse(*fault);
  Room* room = context_.rooms.Find(name);
  if (!room) return ErrorResponse(Error::Of(ErrorCode::kRoomNotFound));
  const auto status = context_.captures->Start(
      *room, {.time = Duration::Seconds(seconds), .bytes = static_cast<uint64_t>(megabytes) << 20},
      now);
  return status ? JsonResponse(201, WriteCapture(*status)) : ErrorResponse(status.error());
}

HttpResponse RoomsApi::CaptureStatus(const HttpRequest& request, std::string_view name, Now now) {
  if (!context_.captures) return NotFound();
  if (auto refusal = RefuseOperator(request, context_, std::nullopt, now))
    return *std::move(refusal);
  const auto status = context_.captures->status();
  if (!status || status->room != name) return NotFound();
  return JsonResponse(200, WriteCapture(*status));
}

void RoomsApi::WriteRoom(JsonWriter& w, const Room& room, Role reader,
                         const HttpRequest& request) const {
  std::string base = context_.public_url;
  if (base.empty() && IsPlainHost(request.host)) {
    base = (request.tls ? "https://" : "http://") + request.host;
  }
  WriteRoomFields(w, room, reader, context_.rooms.DialInOf(room.record()), base);
}

}  // namespace parley
