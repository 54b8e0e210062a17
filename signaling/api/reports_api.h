#pragma once

// The resources below /api/v1/rooms/NAME/report (PROTOCOL.md, "HTTP"): what hosts may read of a
// meeting, while it goes on and afterwards. Only reads. The store's thread fetches what is over and
// makes the answer. Signaling thread.

#include <string>
#include <string_view>

#include "signaling/api/api_context.h"
#include "signaling/api/http_message.h"
#include "signaling/room/now.h"

namespace parley {

class ReportsApi {
 public:
  explicit ReportsApi(ApiContext& context) : context_(context) {}

  // `path` is what follows "/report".
  HttpResponse Handle(const HttpRequest& request, std::string_view room, std::string_view path,
                      Now now);

 private:
  ApiContext& context_;
};

}  // namespace parley
