#pragma once

// WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep) as HTTP: methods, media types, entity tags and
// statuses around WhipEndpoint, which does the work. Browsers of any origin may use it (CORS): it
// is authorised by tokens only. Signaling thread.

#include <string_view>

#include "signaling/api/http_message.h"
#include "signaling/protocol/types.h"
#include "signaling/room/now.h"

namespace parley {

class WhipEndpoint;

class WhipApi {
 public:
  explicit WhipApi(WhipEndpoint& endpoint) : endpoint_(endpoint) {}

  // A request below /whip/ or /whep/; `kind` says which, `path` is what follows: "/ROOM" is the
  // endpoint, "/ROOM/RESOURCE" a session.
  HttpResponse Handle(const HttpRequest& request, ParticipantKind kind, std::string_view path,
                      Now now);

 private:
  HttpResponse Create(const HttpRequest& request, ParticipantKind kind, std::string_view room,
                      Now now);
  HttpResponse Patch(const HttpRequest& request, std::string_view resource, Now now);
  HttpResponse Delete(const HttpRequest& request, std::string_view resource, Now now);

  WhipEndpoint& endpoint_;
};

}  // namespace parley
