#include "signaling/api/api_request.h"

#include <utility>

#include "signaling/api/responses.h"
#include "signaling/protocol/strict_json.h"

namespace parley {

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

std::expected<Grants, HttpResponse> Authorize(const HttpRequest& request,
                                              const TokenVerifier& tokens, Now now) {
  const auto token = RequireBearer(request);
  if (!token) return std::unexpected(token.error());
  auto grants = tokens.Verify(*token, now.wall);
  if (!grants) return std::unexpected(ErrorResponse(grants.error()));
  return *std::move(grants);
}

}  // namespace parley
