#include "signaling/api/whip_api.h"

#include "signaling/api/http_fields.h"
#include "signaling/api/responses.h"
#include "signaling/session/whip_endpoint.h"

namespace parley {
namespace {

constexpr std::string_view kSdp = "application/sdp";
constexpr std::string_view kFragment = "application/trickle-ice-sdpfrag";
constexpr std::string_view kEndpointMethods = "POST, OPTIONS";
constexpr std::string_view kSessionMethods = "PATCH, DELETE, OPTIONS";

std::string Quoted(std::string_view etag) { return '"' + std::string(etag) + '"'; }

HttpResponse UnsupportedMediaType(std::string_view wanted) {
  return ErrorResponse(
      415, Error::Of(ErrorCode::kBadRequest, "Content-Type must be " + std::string(wanted) + "."));
}

HttpResponse Options(bool session) {
  HttpResponse response = EmptyResponse(204);
  response.Set("Access-Control-Allow-Methods",
               std::string(session ? kSessionMethods : kEndpointMethods));
  response.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match");
  response.Set("Access-Control-Max-Age", "86400");
  if (session) {
    response.Set("Accept-Patch", std::string(kFragment));
  } else {
    response.Set("Accept-Post", std::string(kSdp));
  }
  return response;
}

}  // namespace

HttpResponse WhipApi::Handle(const HttpRequest& request, ParticipantKind kind,
                             std::string_view path, Now now) {
  const auto room = TakeSegment(path);
  const bool session = !path.empty();
  const auto resource = session ? TakeSegment(path) : std::nullopt;
  HttpResponse response;
  if (!room || (session && !resource) || !path.empty()) {
    response = NotFound();
  } else if (request.method == HttpMethod::kOptions) {
    response = Options(session);
  } else if (!session) {
    response = request.method == HttpMethod::kPost ? Create(request, kind, *room, now)
                                                   : MethodNotAllowed(kEndpointMethods);
  } else if (request.method == HttpMethod::kPatch) {
    response = Patch(request, *resource, now);
  } else if (request.method == HttpMethod::kDelete) {
    response = Delete(request, *resource, now);
  } else {
    response = MethodNotAllowed(kSessionMethods);
  }
  response.Set("Access-Control-Allow-Origin", "*");
  response.Set("Access-Control-Expose-Headers", "Location, ETag, Link, Retry-After");
  return response;
}

HttpResponse WhipApi::Create(const HttpRequest& request, ParticipantKind kind,
                             std::string_view room, Now now) {
  const auto token = RequireBearer(request);
  if (!token) return token.error();
  if (!IsMediaType(request.content_type, kSdp)) return UnsupportedMediaType(kSdp);
  auto created = endpoint_.Create(kind, room, *token, request.body, request.peer, now);
  if (!created) return ErrorResponse(created.error());
  HttpResponse response;
  response.status = 201;
  response.Set("Content-Type", std::string(kSdp));
  response.Set("Location", (kind == ParticipantKind::kWhip ? "/whip/" : "/whep/") +
                               std::string(room) + "/" + created->resource);
  response.Set("ETag", Quoted(created->etag));
  response.Set("Accept-Patch", std::string(kFragment));
  response.Set("Cache-Control", "no-store");
  response.body = std::move(created->answer);
  return response;
}

HttpResponse WhipApi::Patch(const HttpRequest& request, std::string_view resource, Now now) {
  const auto token = RequireBearer(request);
  if (!token) return token.error();
  if (!IsMediaType(request.content_type, kFragment)) return UnsupportedMediaType(kFragment);
  if (request.if_match.empty()) {
    // RFC 9725 section 4.3.1: a session that can restart ICE insists on it (RFC 6585 section 3).
    return ErrorResponse(428, Error::BadField("if-match", "If-Match is missing."));
  }
  const auto match = ParseIfMatch(request.if_match);
  if (!match) return ErrorResponse(412, Error::BadField("if-match", "If-Match does not match."));
  const std::string_view etag = match->any ? "*" : match->etag;
  auto patched = endpoint_.Patch(resource, *token, etag, request.body, now);
  if (!patched) {
    const bool precondition = patched.error().field == "if-match";
    return precondition ? ErrorResponse(412, patched.error()) : ErrorResponse(patched.error());
  }
  HttpResponse response = EmptyResponse(patched->fragment.empty() ? 204 : 200);
  response.Set("ETag", Quoted(patched->etag));
  if (!patched->fragment.empty()) {
    response.Set("Content-Type", std::string(kFragment));
    response.body = std::move(patched->fragment);
  }
  return response;
}

HttpResponse WhipApi::Delete(const HttpRequest& request, std::string_view resource, Now now) {
  const auto token = RequireBearer(request);
  if (!token) return token.error();
  const auto deleted = endpoint_.Delete(resource, *token, now);
  return deleted ? EmptyResponse(200) : ErrorResponse(deleted.error());
}

}  // namespace parley
