#pragma once

// The resource /api/v1/workers (PROTOCOL.md, "HTTP"): what each worker has to do, and emptying one.
// Signaling thread.

#include <string_view>

#include "sfu/base/ids.h"
#include "signaling/api/api_context.h"
#include "signaling/api/http_message.h"
#include "signaling/room/now.h"

namespace parley {

class WorkersApi {
 public:
  explicit WorkersApi(ApiContext& context) : context_(context) {}

  // `path` is what follows "/api/v1/workers".
  HttpResponse Handle(const HttpRequest& request, std::string_view path, Now now);

 private:
  HttpResponse List() const;
  HttpResponse Change(const HttpRequest& request, WorkerIndex worker);

  ApiContext& context_;
};

}  // namespace parley
