#include "signaling/protocol/parse_request.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "signaling/protocol/field_reader.h"

namespace parley {
namespace {

SourceKindSet ReadPublish(FieldReader& fields, const rapidjson::Value& array) {
  SourceKindSet kinds;
  for (const auto& element : array.GetArray()) {
    const auto kind = element.IsString() ? ParseSourceKind(element.GetString()) : std::nullopt;
    if (kind) {
      kinds.set(IndexOf(*kind));
    } else {
      fields.Fail("publish", "must hold kinds of sources");
    }
  }
  return kinds;
}

std::map<std::string, SourceKind> ReadSourcesByMid(FieldReader& fields) {
  std::map<std::string, SourceKind> result;
  const auto* object = fields.OptionalObject("sources_by_mid");
  if (!object) return result;
  if (object->MemberCount() > kMaxSourcesByMid) {
    fields.Fail("sources_by_mid", "has too many members");
    return result;
  }
  SourceKindSet named;
  for (const auto& member : object->GetObject()) {
    const auto kind =
        member.value.IsString() ? ParseSourceKind(member.value.GetString()) : std::nullopt;
    if (!kind || named.test(IndexOf(*kind))) {
      fields.Fail("sources_by_mid", "must name each kind of source at most once");
      return result;
    }
    named.set(IndexOf(*kind));
    result.emplace(std::string(member.name.GetString(), member.name.GetStringLength()), *kind);
  }
  return result;
}

std::optional<SdpOffer> ReadOptionalOffer(FieldReader& fields) {
  auto sdp = fields.OptionalString("offer");
  auto by_mid = ReadSourcesByMid(fields);
  if (!sdp) return std::nullopt;
  return SdpOffer{.sdp = *std::move(sdp), .sources_by_mid = std::move(by_mid)};
}

RequestBody ReadJoin(FieldReader& fields) {
  JoinRequest join;
  join.room = fields.String("room");
  join.invite = fields.OptionalString("invite");
  join.token = fields.OptionalString("token");
  join.passcode = fields.OptionalString("passcode");
  if (join.invite.has_value() == join.token.has_value()) {
    fields.Fail("invite", "or token must be given, and only one of them");
  }
  join.name = fields.OptionalString("name").value_or("");
  join.offer = ReadOptionalOffer(fields);
  if (const auto* publish = fields.OptionalArray("publish", kSourceKinds)) {
    join.publish = ReadPublish(fields, *publish);
  }
  join.client = fields.OptionalString("client").value_or("");
  join.instance = fields.OptionalString("instance").value_or("");
  if (join.instance.size() > kMaxInstance) fields.Fail("instance", "has at most 64 characters");
  return join;
}

RequestBody ReadResume(FieldReader& fields) {
  ResumeRequest resume;
  resume.resume = fields.String("resume");
  resume.offer = ReadOptionalOffer(fields);
  if (const auto* publish = fields.OptionalArray("publish", kSourceKinds)) {
    resume.publish = ReadPublish(fields, *publish);
  }
  return resume;
}

RequestBody ReadOffer(FieldReader& fields) {
  OfferRequest offer;
  offer.offer.sdp = fields.String("sdp");
  offer.offer.sources_by_mid = ReadSourcesByMid(fields);
  offer.fresh = fields.OptionalBool("fresh", false);
  offer.beside = fields.OptionalBool("beside", false);
  return offer;
}

RequestBody ReadView(FieldReader& fields) {
  constexpr int64_t kMaxSource = std::numeric_limits<uint32_t>::max();
  ViewRequest view;
  std::optional<Error> fault;
  if (const auto* show = fields.Array("show", kMaxViewEntries)) {
    for (rapidjson::SizeType i = 0; i < show->Size() && !fault; ++i) {
      const auto& element = (*show)[i];
      FieldReader entry(element.IsObject() ? &element : nullptr, fault,
                        "show." + std::to_string(i));
      const auto source = static_cast<uint32_t>(entry.Integer("source", 0, kMaxSource));
      const auto height = static_cast<uint16_t>(entry.Integer("height", 1, kMaxViewHeight));
      view.show.push_back({.source = SourceId(source), .height = height});
    }
  }
  if (fault) fields.Fail(fault->field, "is missing or out of range");
  if (const auto* pinned = fields.OptionalArray("pinned", kMaxViewEntries)) {
    for (const auto& element : pinned->GetArray()) {
      if (element.IsUint()) {
        view.pinned.emplace_back(element.GetUint());
      } else {
        fields.Fail("pinned", "must hold source ids");
      }
    }
  }
  return view;
}

RequestBody ReadPublishRequest(FieldReader& fields) {
  PublishRequest publish;
  publish.source = fields.Source("source");
  publish.on = fields.Bool("on");
  return publish;
}

RequestBody ReadRename(FieldReader& fields) {
  RenameRequest rename;
  rename.name = fields.String("name");
  rename.participant = fields.OptionalString("participant").value_or("");
  return rename;
}

constexpr size_t kMostExcepted = 100;

RequestBody ReadMute(FieldReader& fields) {
  MuteRequest mute;
  mute.participant = fields.OptionalString("participant").value_or("");
  mute.source = fields.Source("source");
  if (const auto* except = fields.OptionalArray("except", kMostExcepted)) {
    for (const auto& id : except->GetArray()) {
      if (!id.IsString()) {
        fields.Fail("except", "must hold ids");
        break;
      }
      mute.except.emplace_back(id.GetString(), id.GetStringLength());
    }
  }
  return mute;
}

RequestBody ReadRemove(FieldReader& fields) {
  return RemoveRequest{.participant = fields.String("participant")};
}

RequestBody ReadRecord(FieldReader& fields) {
  constexpr std::array<std::string_view, 4> kActions = {"start", "pause", "resume", "stop"};
  const std::string action = fields.String("action");
  const auto known = std::ranges::find(kActions, action);
  if (known == kActions.end()) fields.Fail("action", "must be start, pause, resume or stop");
  return RecordRequest{.action = static_cast<RecordAction>(known - kActions.begin())};
}

struct RequestType {
  std::string_view name;
  RequestBody (*read)(FieldReader&);
};

constexpr std::array<RequestType, 13> kTypes = {{
    {"join", ReadJoin},
    {"resume", ReadResume},
    {"offer", ReadOffer},
    {"view", ReadView},
    {"publish", ReadPublishRequest},
    {"rename", ReadRename},
    {"mute", ReadMute},
    {"remove", ReadRemove},
    {"record", ReadRecord},
    {"consent",
     [](FieldReader& fields) -> RequestBody {
       return ConsentRequest{.given = fields.Bool("given")};
     }},
    {"end", [](FieldReader&) -> RequestBody { return EndRequest{}; }},
    {"leave", [](FieldReader&) -> RequestBody { return LeaveRequest{}; }},
    {"ping", [](FieldReader&) -> RequestBody { return PingRequest{}; }},
}};

RequestRefused FramingBroken(JsonFault fault) {
  if (fault == JsonFault::kTooLarge) {
    return {.error = Error::Of(ErrorCode::kTooLarge, "The message is too large."),
            .close = CloseCode::kTooBig};
  }
  const char* sentence = fault == JsonFault::kTooDeep        ? "The message is nested too deeply."
                         : fault == JsonFault::kDuplicateKey ? "A key stands twice in one object."
                                                             : "The message is not JSON in UTF-8.";
  return {.error = Error::Of(ErrorCode::kBadRequest, sentence),
          .close = CloseCode::kInvalidPayload};
}

Request ForFeature(int32_t id, std::string_view type, rapidjson::Document message) {
  const size_t dot = type.find('.');
  FeatureRequest request{
      .feature = std::string(type.substr(0, dot)), .verb = {}, .fields = std::move(message)};
  if (dot != std::string_view::npos) request.verb = type.substr(dot + 1);
  rapidjson::Value& root = request.fields;
  const auto data = root.FindMember("data");
  // What the pool holds stays valid; the rest of the message is let go of with it.
  rapidjson::Value fields;
  if (data != root.MemberEnd()) fields = std::move(data->value);
  root = std::move(fields);
  return {.id = id, .body = std::move(request)};
}

}  // namespace

std::expected<Request, RequestRefused> ParseRequest(std::string_view text, const JsonBounds& bounds,
                                                    const FeatureTypes& features) {
  rapidjson::Document document;
  if (const auto fault = ParseStrictJson(text, bounds, document); fault != JsonFault::kNone) {
    return std::unexpected(FramingBroken(fault));
  }
  if (!document.IsObject()) {
    return std::unexpected(
        RequestRefused{.error = Error::Of(ErrorCode::kBadRequest, "A message is a JSON object."),
                       .close = CloseCode::kInvalidPayload});
  }

  std::optional<Error> fault;
  FieldReader envelope(&document, fault);
  const auto id =
      static_cast<int32_t>(envelope.Integer("id", 1, std::numeric_limits<int32_t>::max()));
  if (fault) return std::unexpected(RequestRefused{.error = *std::move(fault)});
  const std::string type = envelope.String("type");
  const auto* data = envelope.OptionalObject("data");
  if (fault) return std::unexpected(RequestRefused{.error = *std::move(fault), .id = id});

  if (features.contains(type)) return ForFeature(id, type, std::move(document));
  const auto known = std::ranges::find(kTypes, type, &RequestType::name);
  if (known == kTypes.end()) {
    return std::unexpected(RequestRefused{.error = Error::Of(ErrorCode::kUnknownType), .id = id});
  }
  FieldReader fields(data, fault);
  Request request{.id = id, .body = known->read(fields)};
  if (fault) return std::unexpected(RequestRefused{.error = *std::move(fault), .id = id});
  return request;
}

}  // namespace parley
