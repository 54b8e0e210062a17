#pragma once

// Every HTTP resource that is not a file: finds who answers a path. Sans-IO: a request in, a
// response out. Signaling thread.

#include <optional>
#include <span>

#include "signaling/api/api_context.h"
#include "signaling/api/api_document.h"
#include "signaling/api/api_keys.h"
#include "signaling/api/broadcast_api.h"
#include "signaling/api/http_message.h"
#include "signaling/api/kept_answers.h"
#include "signaling/api/phone_api.h"
#include "signaling/api/recordings_api.h"
#include "signaling/api/rooms_api.h"
#include "signaling/api/webhooks_api.h"
#include "signaling/api/whip_api.h"
#include "signaling/api/workers_api.h"
#include "signaling/room/now.h"

namespace parley {

class Api {
 public:
  explicit Api(ApiContext& context);

  // Nothing when the path is none of ours: a page, perhaps.
  std::optional<HttpResponse> Handle(const HttpRequest& request, Now now);
  // What the workers reported; some of it answers a request that waits.
  void HandleEvents(std::span<const Event> events, Now now) {
    rooms_.stats().HandleEvents(events, now);
  }
  // Call it every turn.
  void HandleTimeout(Now now) {
    if (context_.keys) context_.keys->HandleTimeout(now);
    rooms_.stats().HandleTimeout(now);
    recordings_.HandleTimeout(now);
    if (context_.answers) context_.answers->HandleTimeout(now);
  }

  const RecordingsApi& recordings() const { return recordings_; }

 private:
  std::optional<HttpResponse> Route(const HttpRequest& request, Now now);
  HttpResponse Health(const HttpRequest& request) const;
  HttpResponse Describe() const;
  HttpResponse Scrape(const HttpRequest& request, Now now) const;

  ApiContext& context_;
  const ApiDocument document_;
  RoomsApi rooms_;
  RecordingsApi recordings_;
  WebhooksApi webhooks_;
  WorkersApi workers_;
  PhoneApi phone_;
  WhipApi whip_;
  BroadcastApi broadcasts_;
};

}  // namespace parley
