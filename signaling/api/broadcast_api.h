#pragma once

// Meetings that are shown live (PROTOCOL.md, "Broadcast"): hosts ask for it at
// /api/v1/rooms/NAME/broadcast, and everybody who knows the address takes the segments at /live/ID.
// Signaling thread; segments were written just now, so that they are read from memory.

#include <string_view>

#include "signaling/api/api_context.h"
#include "signaling/api/http_message.h"
#include "signaling/room/now.h"

namespace parley {

class BroadcastApi {
 public:
  explicit BroadcastApi(ApiContext& context) : context_(context) {}

  HttpResponse Handle(const HttpRequest& request, std::string_view name, Now now);
  // `path` is what follows "/live": "/ID/FILE".
  HttpResponse File(const HttpRequest& request, std::string_view path) const;

 private:
  HttpResponse Start(const HttpRequest& request, std::string_view name, Now now);

  ApiContext& context_;
};

}  // namespace parley
