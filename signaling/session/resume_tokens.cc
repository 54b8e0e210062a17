#include "signaling/session/resume_tokens.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <optional>
#include <span>

#include "sfu/base/base64url.h"
#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/strict_json.h"
#include "signaling/room/digest.h"

namespace parley {
namespace {

// Longer ones are not ours: a name of 64 characters takes at most 384 bytes of JSON, a person of
// 264 bytes at most 1,584, an installation of 73 at most 438.
constexpr size_t kMaxTokenBytes = 4096;

std::unexpected<Error> NotOurs() { return std::unexpected(Error::Of(ErrorCode::kTokenInvalid)); }

void Field(rapidjson::Writer<rapidjson::StringBuffer>& w, const char* key, std::string_view text) {
  w.Key(key);
  w.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

}  // namespace

std::string ResumeTokens::Make(const ResumeClaims& claims, WallTime now) const {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> w(buffer);
  w.StartObject();
  Field(w, "participant", claims.participant);
  Field(w, "room", claims.room);
  w.Key("meeting");
  w.Uint(claims.meeting);
  Field(w, "name", claims.name);
  if (!claims.person.empty()) Field(w, "person", claims.person);
  if (!claims.instance.empty()) Field(w, "instance", claims.instance);
  Field(w, "role", ToString(claims.role));
  w.Key("publish");
  w.Uint64(claims.may_publish.to_ullong());
  if (claims.waiting) {
    w.Key("waiting");
    w.Bool(true);
    w.Key("by_token");
    w.Bool(claims.by_token);
  }
  Field(w, "run", std::to_string(run_));
  w.Key("exp");
  w.Int64((now + life_).unix_seconds());
  w.EndObject();
  const std::string payload = EncodeBase64Url(
      std::span(reinterpret_cast<const uint8_t*>(buffer.GetString()), buffer.GetSize()));
  return payload + "." + EncodeBase64Url(HmacSha256(key_, payload));
}

std::expected<ResumeClaims, Error> ResumeTokens::Verify(std::string_view token,
                                                        WallTime now) const {
  const size_t dot = token.find('.');
  if (token.size() > kMaxTokenBytes || dot == std::string_view::npos) return NotOurs();
  const std::string_view payload = token.substr(0, dot);
  const auto mac = DecodeBase64Url(token.substr(dot + 1));
  if (!mac || !EqualInConstantTime(HmacSha256(key_, payload), *mac)) return NotOurs();

  // Only what this server wrote comes this far; another version of it may have written it.
  const auto json = DecodeBase64Url(payload);
  rapidjson::Document document;
  if (!json) return NotOurs();
  const std::string_view text(reinterpret_cast<const char*>(json->data()), json->size());
  if (ParseStrictJson(text, {}, document) != JsonFault::kNone || !document.IsObject()) {
    return NotOurs();
  }
  std::optional<Error> fault;
  FieldReader fields(&document, fault);
  ResumeClaims claims;
  claims.participant = fields.String("participant");
  claims.room = fields.String("room");
  claims.meeting = static_cast<uint32_t>(fields.Integer("meeting", 0, UINT32_MAX));
  claims.name = fields.String("name");
  claims.person = fields.OptionalString("person").value_or("");
  claims.instance = fields.OptionalString("instance").value_or("");
  const auto role = ParseRole(fields.String("role"));
  claims.may_publish = SourceKindSet(static_cast<unsigned long>(
      fields.Integer("publish", 0, static_cast<int64_t>(kAllSources.to_ullong()))));
  claims.waiting = fields.OptionalBool("waiting", false);
  claims.by_token = fields.OptionalBool("by_token", false);
  claims.of_this_run = fields.String("run") == std::to_string(run_);
  const int64_t expires = fields.Integer("exp", 0, INT64_MAX);
  if (fault || !role) return NotOurs();
  claims.role = *role;
  if (!claims.of_this_run && now.unix_seconds() >= expires) {
    return std::unexpected(Error::Of(ErrorCode::kResumeExpired));
  }
  return claims;
}

}  // namespace parley
