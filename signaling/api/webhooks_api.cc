#include "signaling/api/webhooks_api.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "signaling/api/api_request.h"
#include "signaling/api/jwt_token_verifier.h"
#include "signaling/api/later_response.h"
#include "signaling/api/responses.h"
#include "signaling/hooks/dead_letters.h"
#include "signaling/protocol/json_writer.h"

namespace parley {
namespace {

HttpResponse TellDead(const std::vector<DeadLetter>& dead) {
  return JsonResponse(200, WriteObject([&](JsonWriter& w) {
                        w.Key("dead");
                        w.StartArray();
                        for (const DeadLetter& letter : dead) {
                          w.StartObject();
                          WriteJson(w, "event", letter.event.body);
                          WriteField(w, "url", letter.url);
                          WriteField(w, "attempts", int64_t{letter.attempts});
                          WriteField(w, "error", letter.error);
                          WriteTime(w, "dead_at", letter.dead_at);
                          w.EndObject();
                        }
                        w.EndArray();
                      }));
}

}  // namespace

HttpResponse WebhooksApi::Handle(const HttpRequest& request, std::string_view path, Now now) {
  if (path != "/dead") return NotFound();
  if (auto refusal = RefuseOperator(request, context_, Scope::kWebhooks, now)) {
    return *std::move(refusal);
  }
  if (request.method != HttpMethod::kGet) return MethodNotAllowed("GET");
  if (!context_.dead_letters) return TellDead({});
  auto later = std::make_shared<LaterResponse>();
  context_.dead_letters->Read([later, wake = context_.wake](const std::vector<DeadLetter>& dead) {
    later->Give(TellDead(dead));
    if (wake) wake();
  });
  HttpResponse response;
  response.later = std::move(later);
  return response;
}

}  // namespace parley
