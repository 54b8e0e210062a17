#include "signaling/api/api_request.h"

#include <utility>

#include "signaling/api/api_context.h"
#include "signaling/api/jwt_token_verifier.h"
#include "signaling/api/responses.h"
#include "signaling/protocol/strict_json.h"

namespace parley {
namespace {

std::expected<Grants, Error> GrantsOfKey(std::string_view key, const ApiKeys& keys,
                                         std::optional<Scope> scope, Now now) {
  const auto scopes = keys.Check(key);
  if (!scopes) return std::unexpected(scopes.error());
  if (!scope) {
    return std::unexpected(Error::Of(ErrorCode::kForbidden, "No API key is good for this."));
  }
  const auto place = static_cast<size_t>(*scope);
  if (!scopes->test(place)) {
    return std::unexpected(
        Error::Of(ErrorCode::kForbidden,
                  "This API key has not the scope " + std::string(kScopeNames[place]) + "."));
  }
  Grants grants;
  grants.room = "*";
  grants.role = Role::kHost;
  grants.create_rooms = true;
  grants.expires_at = now.wall;
  return grants;
}

}  // namespace

std::optional<Error> ReadBody(const HttpRequest& request, const Limits& limits,
                              rapidjson::Document& document) {
  if (request.body.empty()) {
    document.SetObject();
    return std::nullopt;
  }
  const JsonBounds bounds{.bytes = limits.message_bytes, .depth = limits.json_depth};
  if (ParseStrictJson(request.body, bounds, document) != JsonFault::kNone || !document.IsObject()) {
    return Error::Of(ErrorCode::kBadRequest, "The body must be a JSON object.");
  }
  return std::nullopt;
}

std::string QueryValue(const HttpRequest& request, std::string_view name) {
  for (const std::string_view pair : request.query) {
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
      return std::string(pair.substr(name.size() + 1));
    }
  }
  return {};
}

std::expected<Grants, HttpResponse> Authorize(const HttpRequest& request, const ApiContext& context,
                                              std::optional<Scope> scope, Now now) {
  const auto token = RequireBearer(request);
  if (!token) return std::unexpected(token.error());
  auto grants = context.keys && IsApiKey(*token) ? GrantsOfKey(*token, *context.keys, scope, now)
                                                 : context.tokens.Verify(*token, now.wall);
  if (!grants) return std::unexpected(ErrorResponse(grants.error()));
  return *std::move(grants);
}

bool BearerHolds(const HttpRequest& request, const ApiContext& context, Now now) {
  if (request.authorization.empty()) return true;
  const auto token = RequireBearer(request);
  if (!token) return false;
  if (context.keys && IsApiKey(*token)) return context.keys->Check(*token).has_value();
  return context.tokens.Verify(*token, now.wall).has_value();
}

std::optional<HttpResponse> RefuseOperator(const HttpRequest& request, const ApiContext& context,
                                           std::optional<Scope> scope, Now now) {
  const auto grants = Authorize(request, context, scope, now);
  if (!grants) return grants.error();
  if (grants->role == Role::kHost && grants->room == "*") return std::nullopt;
  return ErrorResponse(Error::Of(ErrorCode::kForbidden, "Only a host of all rooms may."));
}

}  // namespace parley
