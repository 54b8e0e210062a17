#include "signaling/api/jwt.h"

#include <rapidjson/document.h>

#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "sfu/base/base64url.h"
#include "signaling/protocol/strict_json.h"

namespace parley {
namespace {

constexpr JsonBounds kBounds = {.bytes = kMaxJwtBytes, .depth = 8};

std::optional<std::string> DecodePart(std::string_view part) {
  auto bytes = DecodeBase64Url(part);
  if (!bytes) return std::nullopt;
  return std::string(bytes->begin(), bytes->end());
}

std::optional<rapidjson::Document> ParseObject(std::string_view json) {
  rapidjson::Document document;
  if (ParseStrictJson(json, kBounds, document) != JsonFault::kNone || !document.IsObject()) {
    return std::nullopt;
  }
  return document;
}

std::string_view StringMember(const rapidjson::Value& object, const char* name) {
  auto it = object.FindMember(name);
  if (it == object.MemberEnd() || !it->value.IsString()) return {};
  return {it->value.GetString(), it->value.GetStringLength()};
}

// Seconds since the epoch, perhaps with a fraction (RFC 7519 section 2, NumericDate).
enum class DateFault : uint8_t { kAbsent, kInvalid };
std::expected<double, DateFault> Date(const rapidjson::Value& claims, const char* name) {
  auto it = claims.FindMember(name);
  if (it == claims.MemberEnd()) return std::unexpected(DateFault::kAbsent);
  if (!it->value.IsNumber()) return std::unexpected(DateFault::kInvalid);
  const double seconds = it->value.GetDouble();
  if (!std::isfinite(seconds)) return std::unexpected(DateFault::kInvalid);
  return seconds;
}

std::optional<JwtFault> CheckClaims(const rapidjson::Value& claims, const JwtPolicy& policy,
                                    WallTime now) {
  const double at = static_cast<double>(now.unix_us()) / 1e6;
  const double leeway = policy.leeway.seconds();
  const auto expiry = Date(claims, "exp");
  if (!expiry) {
    return expiry.error() == DateFault::kAbsent ? JwtFault::kNoExpiry : JwtFault::kMalformed;
  }
  const auto not_before = Date(claims, "nbf");
  if (!not_before && not_before.error() == DateFault::kInvalid) return JwtFault::kMalformed;
  if (at >= *expiry + leeway) return JwtFault::kExpired;
  if (not_before && at < *not_before - leeway) return JwtFault::kNotYet;
  if (!policy.issuer.empty() && StringMember(claims, "iss") != policy.issuer) {
    return JwtFault::kIssuer;
  }
  return std::nullopt;
}

}  // namespace

std::string MakeJwt(const JwtKey& key, std::string_view claims) {
  std::string header = R"({"alg":")" + std::string(ToString(key.algorithm())) + R"(","typ":"JWT")";
  if (!key.id().empty()) header += R"(,"kid":")" + key.id() + '"';
  header += '}';
  auto bytes = [](std::string_view text) {
    return std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  };
  std::string token = EncodeBase64Url(bytes(header)) + '.' + EncodeBase64Url(bytes(claims));
  const std::vector<uint8_t> signature = key.Sign(token);
  token += '.';
  token += EncodeBase64Url(signature);
  return token;
}

std::expected<std::string, JwtFault> VerifyJwt(std::string_view token, std::span<const JwtKey> keys,
                                               const JwtPolicy& policy, WallTime now) {
  const auto malformed = std::unexpected(JwtFault::kMalformed);
  if (token.size() > kMaxJwtBytes) return malformed;
  const size_t first = token.find('.');
  const size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return malformed;
  }
  const auto header_text = DecodePart(token.substr(0, first));
  const auto signature = DecodeBase64Url(token.substr(second + 1));
  if (!header_text || !signature) return malformed;
  const auto header = ParseObject(*header_text);
  if (!header || header->HasMember("crit") || header->HasMember("b64")) return malformed;

  const std::string_view algorithm = StringMember(*header, "alg");
  const std::string_view id = StringMember(*header, "kid");
  bool tried = false;
  bool good = false;
  for (const JwtKey& key : keys) {
    if (ToString(key.algorithm()) != algorithm) continue;
    if (!id.empty() && !key.id().empty() && id != key.id()) continue;
    tried = true;
    if (key.Verify(token.substr(0, second), *signature)) {
      good = true;
      break;
    }
  }
  if (!tried) return std::unexpected(JwtFault::kNoKey);
  if (!good) return std::unexpected(JwtFault::kSignature);

  auto claims_text = DecodePart(token.substr(first + 1, second - first - 1));
  if (!claims_text) return malformed;
  const auto claims = ParseObject(*claims_text);
  if (!claims) return malformed;
  if (auto fault = CheckClaims(*claims, policy, now)) return std::unexpected(*fault);
  return *std::move(claims_text);
}

}  // namespace parley
