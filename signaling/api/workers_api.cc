#include "signaling/api/workers_api.h"

#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "signaling/api/api_request.h"
#include "signaling/api/http_fields.h"
#include "signaling/api/responses.h"
#include "signaling/protocol/field_reader.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/room/room_registry.h"

namespace parley {
namespace {

// Nothing when the server has no such worker.
std::optional<WorkerIndex> WorkerNamed(std::string_view name, size_t count) {
  size_t index = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (error != std::errc() || end != name.data() + name.size() || index >= count) {
    return std::nullopt;
  }
  return WorkerIndex(static_cast<uint8_t>(index));
}

}  // namespace

HttpResponse WorkersApi::Handle(const HttpRequest& request, std::string_view path, Now now) {
  if (auto refusal = RefuseOperator(request, context_, std::nullopt, now)) {
    return *std::move(refusal);
  }
  if (path.empty()) {
    return request.method == HttpMethod::kGet ? List() : MethodNotAllowed("GET");
  }
  const auto name = TakeSegment(path);
  const auto worker =
      name && path.empty() ? WorkerNamed(*name, context_.rooms.WorkerLoads().size()) : std::nullopt;
  if (!worker) return NotFound();
  return request.method == HttpMethod::kPatch ? Change(request, *worker)
                                              : MethodNotAllowed("PATCH");
}

HttpResponse WorkersApi::List() const {
  const std::vector<WorkerLoad> loads = context_.rooms.WorkerLoads();
  return JsonResponse(200, WriteObject([&](JsonWriter& w) {
                        w.Key("workers");
                        w.StartArray();
                        for (size_t i = 0; i < loads.size(); ++i) {
                          w.StartObject();
                          WriteField(w, "worker", static_cast<int64_t>(i));
                          WriteField(w, "transports", int64_t{loads[i].transports});
                          WriteField(w, "cpu_ms", loads[i].cpu_time.ms());
                          WriteFlag(w, "draining", loads[i].draining);
                          w.EndObject();
                        }
                        w.EndArray();
                      }));
}

HttpResponse WorkersApi::Change(const HttpRequest& request, WorkerIndex worker) {
  rapidjson::Document body;
  if (auto error = ReadBody(request, context_.limits, body)) return ErrorResponse(*error);
  std::optional<Error> fault;
  FieldReader fields(&body, fault);
  const bool draining = fields.Bool("draining");
  if (fault) return ErrorResponse(*fault);
  context_.rooms.SetDraining(worker, draining);
  return EmptyResponse(204);
}

}  // namespace parley
