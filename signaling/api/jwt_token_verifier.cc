#include "signaling/api/jwt_token_verifier.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>
#include <optional>

#include "sfu/base/check.h"
#include "signaling/room/permissions.h"

namespace parley {
namespace {

constexpr size_t kMaxNameBytes = 256;
constexpr double kMaxUnixSeconds = 253402300799;  // the end of the year 9999

Error Invalid(std::string message) {
  return Error::Of(ErrorCode::kTokenInvalid, std::move(message));
}

Error ErrorOf(JwtFault fault) {
  switch (fault) {
    case JwtFault::kExpired:
      return Error::Of(ErrorCode::kTokenExpired);
    case JwtFault::kNotYet:
      return Invalid("The token is not valid yet.");
    case JwtFault::kIssuer:
      return Invalid("The token is from another issuer.");
    case JwtFault::kNoExpiry:
      return Invalid("The token has no \"exp\".");
    case JwtFault::kMalformed:
    case JwtFault::kNoKey:
    case JwtFault::kSignature:
      break;
  }
  return Error::Of(ErrorCode::kTokenInvalid);
}

// A member that may be absent but not of another type.
template <class Is>
bool Optional(const rapidjson::Value& claims, const char* name, Is is,
              const rapidjson::Value** value) {
  auto it = claims.FindMember(name);
  *value = it == claims.MemberEnd() ? nullptr : &it->value;
  return !*value || is(**value);
}

std::string_view Text(const rapidjson::Value& v) { return {v.GetString(), v.GetStringLength()}; }

bool IsString(const rapidjson::Value& v) { return v.IsString(); }
bool IsBool(const rapidjson::Value& v) { return v.IsBool(); }
bool IsArray(const rapidjson::Value& v) { return v.IsArray(); }

std::optional<SourceKindSet> ReadPublish(const rapidjson::Value& array) {
  SourceKindSet set;
  for (const auto& element : array.GetArray()) {
    if (!element.IsString()) return std::nullopt;
    const auto kind = ParseSourceKind(Text(element));
    if (!kind) return std::nullopt;
    set.set(IndexOf(*kind));
  }
  return set;
}

}  // namespace

std::expected<Grants, Error> JwtTokenVerifier::Verify(std::string_view token, WallTime now) const {
  const auto text = VerifyJwt(token, keys_, policy_, now);
  if (!text) return std::unexpected(ErrorOf(text.error()));
  rapidjson::Document claims;
  claims.Parse<rapidjson::kParseIterativeFlag>(text->data(), text->size());
  PARLEY_CHECK(claims.IsObject());

  const rapidjson::Value *room, *role, *name, *publish, *create_rooms, *recording, *recordings,
      *subject;
  if (!Optional(claims, "room", IsString, &room) || !Optional(claims, "role", IsString, &role) ||
      !Optional(claims, "name", IsString, &name) ||
      !Optional(claims, "publish", IsArray, &publish) ||
      !Optional(claims, "create_rooms", IsBool, &create_rooms) ||
      !Optional(claims, "recording", IsString, &recording) ||
      !Optional(claims, "recordings", IsBool, &recordings) ||
      !Optional(claims, "sub", IsString, &subject)) {
    return std::unexpected(Invalid("A claim of the token has the wrong type."));
  }
  Grants grants;
  const double expiry = std::min(claims["exp"].GetDouble(), kMaxUnixSeconds);
  grants.expires_at = WallTime::UnixMicros(static_cast<int64_t>(expiry * 1e6));
  if (recording) {
    // Nothing else that it says counts.
    grants.role = Role::kAttendee;
    grants.recordings = false;
    grants.recording = Text(*recording);
    return grants;
  }
  if (!room) return std::unexpected(Invalid("The token names no room."));
  grants.room = Text(*room);
  if (role) {
    const auto parsed = ParseRole(Text(*role));
    if (!parsed) return std::unexpected(Invalid("The token's role is unknown."));
    grants.role = *parsed;
  }
  if (name) grants.name = Text(*name);
  if (grants.name.size() > kMaxNameBytes) return std::unexpected(Invalid("The name is too long."));
  if (subject) grants.subject = Text(*subject);
  if (grants.subject.size() > kMaxNameBytes) {
    return std::unexpected(Invalid("The token's \"sub\" is too long."));
  }
  grants.publish = DefaultPublish(grants.role);
  if (publish) {
    const auto set = ReadPublish(*publish);
    if (!set) return std::unexpected(Invalid("The token's \"publish\" names an unknown source."));
    grants.publish = *set;
  }
  grants.create_rooms = create_rooms && create_rooms->GetBool();
  if (recordings) grants.recordings = recordings->GetBool();
  return grants;
}

const JwtKey* JwtTokenVerifier::signing_key() const {
  for (const JwtKey& key : keys_) {
    if (key.can_sign()) return &key;
  }
  return nullptr;
}

std::string JwtTokenVerifier::Make(const Grants& grants, WallTime now) const {
  const JwtKey* key = signing_key();
  PARLEY_CHECK(key != nullptr);
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
  auto text = [&](const char* name, std::string_view value) {
    json.Key(name);
    json.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  };
  json.StartObject();
  text("iss", policy_.issuer.empty() ? "parley" : policy_.issuer);
  json.Key("iat");
  json.Int64(now.unix_seconds());
  json.Key("exp");
  json.Int64(grants.expires_at.unix_seconds());
  if (!grants.recording.empty()) text("recording", grants.recording);
  text("room", grants.room);
  text("role", ToString(grants.role));
  if (!grants.name.empty()) text("name", grants.name);
  if (!grants.subject.empty()) text("sub", grants.subject);
  if (grants.publish != DefaultPublish(grants.role)) {
    json.Key("publish");
    json.StartArray();
    for (SourceKind kind : kAllSourceKinds) {
      if (grants.publish.test(IndexOf(kind))) json.String(std::string(ToString(kind)).c_str());
    }
    json.EndArray();
  }
  if (grants.create_rooms) {
    json.Key("create_rooms");
    json.Bool(true);
  }
  if (grants.recordings) {
    json.Key("recordings");
    json.Bool(*grants.recordings);
  }
  json.EndObject();
  return MakeJwt(*key, {buffer.GetString(), buffer.GetSize()});
}

std::string JwtTokenVerifier::MakeTicket(std::string_view recording, WallTime now) const {
  if (!can_make()) return {};
  Grants grants;
  grants.role = Role::kAttendee;
  grants.recording = recording;
  grants.expires_at = now + Grants::kTicketLife;
  return Make(grants, now);
}

}  // namespace parley
