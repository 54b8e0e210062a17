#include "signaling/api/api.h"

#include "signaling/api/api_request.h"
#include "signaling/api/http_fields.h"
#include "signaling/api/jwt_token_verifier.h"
#include "signaling/api/metrics.h"
#include "signaling/api/responses.h"

namespace parley {
namespace {

// The Host is asked too, so that what a proxy on this machine passes on is not taken for local.
bool IsLocal(const HttpRequest& request) {
  const SocketAddress& peer = request.peer;
  const bool loopback = peer.is_v4() ? peer.ip()[0] == 127 : peer.IpString() == "::1";
  return loopback && IsLoopbackHost(request.host);
}

// What follows the prefix, beginning with its slash.
std::optional<std::string_view> Below(std::string_view path, std::string_view prefix) {
  if (!path.starts_with(prefix)) return std::nullopt;
  path.remove_prefix(prefix.size());
  if (!path.empty() && path.front() != '/') return std::nullopt;
  return path;
}

}  // namespace

Api::Api(ApiContext& context)
    : context_(context),
      rooms_(context),
      recordings_(context),
      webhooks_(context),
      workers_(context),
      phone_(context),
      whip_(context.whip),
      broadcasts_(context) {}

std::optional<HttpResponse> Api::Handle(const HttpRequest& request, Now now) {
  if (Below(request.path, "/api/v1")) {
    if (auto refusal = document_.Refuse(request)) return refusal;
  }
  const bool keyed = context_.answers && !request.idempotency_key.empty() &&
                     document_.TakesKey(request) && BearerHolds(request, context_, now);
  if (!keyed) return Route(request, now);
  if (auto known = context_.answers->Find(request, now)) return known;
  auto response = Route(request, now);
  if (response) response = context_.answers->Keep(request, *std::move(response), now);
  return response;
}

std::optional<HttpResponse> Api::Route(const HttpRequest& request, Now now) {
  if (request.path == "/api/v1/openapi.json") return Describe();
  if (const auto path = Below(request.path, "/api/v1/recordings")) {
    return recordings_.Handle(request, *path, now);
  }
  if (const auto path = Below(request.path, "/api/v1/webhooks")) {
    return webhooks_.Handle(request, *path, now);
  }
  if (const auto path = Below(request.path, "/api/v1/workers")) {
    return workers_.Handle(request, *path, now);
  }
  if (const auto path = Below(request.path, "/api/v1/phone")) {
    return phone_.Handle(request, *path, now);
  }
  if (const auto path = Below(request.path, "/api/v1")) return rooms_.Handle(request, *path, now);
  if (const auto path = Below(request.path, "/whip")) {
    return whip_.Handle(request, ParticipantKind::kWhip, *path, now);
  }
  if (const auto path = Below(request.path, "/whep")) {
    return whip_.Handle(request, ParticipantKind::kWhep, *path, now);
  }
  // "/live/ID" itself is a page.
  if (const auto path = Below(request.path, "/live"); path && path->find('/', 1) != path->npos) {
    return broadcasts_.File(request, *path);
  }
  if (request.path == "/healthz") return Health(request);
  if (request.path == "/metrics") return Scrape(request, now);
  return std::nullopt;
}

HttpResponse Api::Health(const HttpRequest& request) const {
  if (request.method != HttpMethod::kGet && request.method != HttpMethod::kHead) {
    return MethodNotAllowed("GET, HEAD");
  }
  return JsonResponse(200, R"({"status":"ok"})");
}

HttpResponse Api::Describe() const {
  HttpResponse response = JsonResponse(200, "");
  response.borrowed_body = document_.text();
  return response;
}

HttpResponse Api::Scrape(const HttpRequest& request, Now now) const {
  if (request.method != HttpMethod::kGet && request.method != HttpMethod::kHead) {
    return MethodNotAllowed("GET, HEAD");
  }
  if (!context_.public_metrics && !IsLocal(request)) {
    if (auto refusal = RefuseOperator(request, context_, Scope::kMetrics, now)) {
      return *std::move(refusal);
    }
  }
  HttpResponse response;
  response.Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  response.Set("Cache-Control", "no-store");
  response.body = context_.metrics.Serialize();
  return response;
}

}  // namespace parley
