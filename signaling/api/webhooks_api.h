#pragma once

// The resource /api/v1/webhooks/dead (PROTOCOL.md, "Webhooks"): what endpoints did not take. Only
// reads; the webhooks' thread fetches it and makes the answer. Signaling thread.

#include <string_view>

#include "signaling/api/api_context.h"
#include "signaling/api/http_message.h"
#include "signaling/room/now.h"

namespace parley {

class WebhooksApi {
 public:
  explicit WebhooksApi(ApiContext& context) : context_(context) {}

  // `path` is what follows "/api/v1/webhooks".
  HttpResponse Handle(const HttpRequest& request, std::string_view path, Now now);

 private:
  ApiContext& context_;
};

}  // namespace parley
