#include "signaling/api/meeting_api.h"

#include <algorithm>
#include <array>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "signaling/api/api_request.h"
#include "signaling/api/jwt_token_verifier.h"
#include "signaling/api/responses.h"
#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/protocol/parse_request.h"
#include "signaling/protocol/write_message.h"
#include "signaling/room/display_name.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room.h"
#include "signaling/room/room_registry.h"
#include "signaling/session/entry.h"

namespace parley {
namespace {

// Whoever sends these speaks of themselves, and is in the room.
constexpr std::array<std::string_view, 5> kOfMembers = {"hand", "reaction", "qa.vote", "poll.vote",
                                                        "playback"};

template <class Body>
concept HostAct = requires(const HostActs& acts, Room& room, const Participant& from,
                           const Body& body, Now now) { acts.Do(room, from, body, now); };

std::string TypeOf(const FeatureRequest& request) {
  return request.verb.empty() ? request.feature : request.feature + "." + request.verb;
}

bool IsOfMembers(const FeatureRequest& request) {
  const std::string type = TypeOf(request);
  // Another's hand is for hosts.
  if (type == "hand" && request.fields.IsObject() && request.fields.HasMember("participant")) {
    return false;
  }
  return std::ranges::find(kOfMembers, type) != kOfMembers.end();
}

std::unexpected<Error> OnlyInTheRoom() {
  return std::unexpected(Error::BadField("type", "Only who is in the room can do this."));
}

}  // namespace

MeetingApi::MeetingApi(ApiContext& context)
    : context_(context), acts_(context.rooms, context.tokens, context.limits) {}

HttpResponse MeetingApi::Handle(const HttpRequest& request, std::string_view name,
                                std::string_view path, Now now) {
  const auto grants = Authorize(request, context_, Scope::kMeetings, now);
  if (!grants) return grants.error();
  if (!Hosts(grants->role) || !grants->Covers(name)) {
    return ErrorResponse(
        Error::Of(ErrorCode::kForbidden, "Only a host or co-host of this room may."));
  }
  Room* room = context_.rooms.Find(name);
  if (!room) return ErrorResponse(Error::Of(ErrorCode::kRoomNotFound));
  Participant from;
  from.id = kOutsideId;
  Entry entry;
  entry.subject = grants->subject;
  from.person = PersonOf(entry, {});
  from.name = grants->name;
  from.role = grants->role;
  Newcomer visitor;
  visitor.person = from.person;
  if (auto may = room->MayEnter(visitor); !may) return ErrorResponse(may.error());
  if (path == "/acts") {
    return request.method == HttpMethod::kPost ? Act(request, *room, from, now)
                                               : MethodNotAllowed("POST");
  }
  if (request.method != HttpMethod::kGet) return MethodNotAllowed("GET");
  return JsonResponse(200, WriteSnapshot(room->SnapshotFor(from)));
}

HttpResponse MeetingApi::Act(const HttpRequest& request, Room& room, Participant& from, Now now) {
  rapidjson::Document body;
  if (auto error = ReadBody(request, context_.limits, body)) return ErrorResponse(*error);
  std::optional<Error> fault;
  FieldReader fields(&body, fault);
  const std::string type = fields.String("type");
  const auto* data = fields.OptionalObject("data");
  const auto named = fields.OptionalString("name");
  if (fault) return ErrorResponse(*fault);
  if (named || from.name.empty()) {
    auto name = NormalizeDisplayName(named.value_or("Parley"), context_.limits.name_characters);
    if (!name) return ErrorResponse(Error::Of(ErrorCode::kNameInvalid));
    from.name = *std::move(name);
  }
  // As a client would send it.
  const std::string message = WriteObject([&](JsonWriter& w) {
    WriteField(w, "id", int64_t{1});
    WriteField(w, "type", type);
    w.Key("data");
    if (data) {
      data->Accept(w);
    } else {
      w.StartObject();
      w.EndObject();
    }
  });
  const auto asked = ParseRequest(
      message, {.bytes = context_.limits.message_bytes, .depth = context_.limits.json_depth},
      context_.rooms.feature_types());
  if (!asked) return ErrorResponse(asked.error().error);
  auto result = Do(room, from, asked->body, now);
  context_.rooms.Flush();
  if (!result) return ErrorResponse(result.error());
  return JsonResponse(200, *std::move(result));
}

std::expected<std::string, Error> MeetingApi::Do(Room& room, Participant& from,
                                                 const RequestBody& body, Now now) {
  return std::visit(
      [&]<class Body>(const Body& asked) -> std::expected<std::string, Error> {
        bool needs_meeting = true;
        if constexpr (std::is_same_v<Body, FeatureRequest>) {
          if (IsOfMembers(asked)) return OnlyInTheRoom();
          // Somebody may wait where nobody is yet.
          needs_meeting = asked.feature != "lobby";
        } else if constexpr (std::is_same_v<Body, RenameRequest>) {
          if (asked.participant.empty()) return OnlyInTheRoom();
        } else if constexpr (!HostAct<Body>) {
          return OnlyInTheRoom();
        }
        if (needs_meeting && room.participant_count() == 0) {
          return std::unexpected(
              Error::Of(ErrorCode::kBadRequest, "Nobody is in the room: there is no meeting."));
        }
        if constexpr (std::is_same_v<Body, FeatureRequest>) return room.Ask(from, asked, now);
        if constexpr (HostAct<Body>) return acts_.Do(room, from, asked, now);
        return OnlyInTheRoom();
      },
      body);
}

}  // namespace parley
