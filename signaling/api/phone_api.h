#pragma once

// The resource /api/v1/phone (PROTOCOL.md, "HTTP"): how the server stands with its telephone
// providers. Signaling thread.

#include <string_view>

#include "signaling/api/api_context.h"
#include "signaling/api/http_message.h"
#include "signaling/room/now.h"

namespace parley {

class PhoneApi {
 public:
  explicit PhoneApi(ApiContext& context) : context_(context) {}

  // `path` is what follows "/api/v1/phone".
  HttpResponse Handle(const HttpRequest& request, std::string_view path, Now now);

 private:
  HttpResponse ListTrunks() const;

  ApiContext& context_;
};

}  // namespace parley
