#include "signaling/api/phone_api.h"

#include <span>

#include "signaling/api/api_request.h"
#include "signaling/api/responses.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/room/trunk_standing.h"

namespace parley {
namespace {

std::string_view NameOf(TrunkStanding::State state) {
  switch (state) {
    case TrunkStanding::State::kUnwatched:
      return "unwatched";
    case TrunkStanding::State::kConnecting:
      return "connecting";
    case TrunkStanding::State::kRegistered:
      return "registered";
    case TrunkStanding::State::kDown:
      break;
  }
  return "down";
}

void WriteTrunk(JsonWriter& w, const TrunkStanding& trunk) {
  w.StartObject();
  WriteField(w, "trunk", trunk.name);
  WriteField(w, "state", NameOf(trunk.state));
  WriteTime(w, "since", trunk.since);
  if (!trunk.reason.empty()) WriteField(w, "reason", trunk.reason);
  if (trunk.status != 0) WriteField(w, "status", int64_t{trunk.status});
  if (trunk.next_try) WriteTime(w, "next_try_at", *trunk.next_try);
  w.EndObject();
}

}  // namespace

HttpResponse PhoneApi::Handle(const HttpRequest& request, std::string_view path, Now now) {
  if (auto refusal = RefuseOperator(request, context_, Scope::kMetrics, now)) {
    return *std::move(refusal);
  }
  if (path != "/trunks") return NotFound();
  return request.method == HttpMethod::kGet ? ListTrunks() : MethodNotAllowed("GET");
}

HttpResponse PhoneApi::ListTrunks() const {
  std::span<const TrunkStanding> trunks;
  if (context_.trunks) trunks = context_.trunks();
  return JsonResponse(200, WriteObject([&](JsonWriter& w) {
                        w.Key("trunks");
                        w.StartArray();
                        for (const TrunkStanding& trunk : trunks) WriteTrunk(w, trunk);
                        w.EndArray();
                      }));
}

}  // namespace parley
