#pragma once

// The resources below /api/v1/recordings (PROTOCOL.md, "HTTP"). Requests are judged on the
// signaling thread; what needs the disk is done on a thread of its own, and answered later.

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "signaling/api/api_context.h"
#include "signaling/api/http_message.h"
#include "signaling/recording/disk_thread.h"
#include "signaling/recording/recording_library.h"
#include "signaling/room/now.h"
#include "signaling/session/token_verifier.h"

namespace parley {

class RecordingsApi {
 public:
  explicit RecordingsApi(ApiContext& context);

  // `path` is what follows "/api/v1/recordings": "", "/ID", "/ID/files/NAME".
  HttpResponse Handle(const HttpRequest& request, std::string_view path, Now now);

 private:
  using Work = std::function<HttpResponse(RecordingLibrary& library)>;

  HttpResponse List(const HttpRequest& request, Grants grants);
  HttpResponse Change(const HttpRequest& request, Grants grants, std::string id);
  HttpResponse Ticket(Grants grants, std::string id, Now now);
  HttpResponse File(const HttpRequest& request, Grants grants, std::string id, std::string name);
  HttpResponse Later(Work work);
  // `work` for a bearer who may see the recording.
  HttpResponse LaterFor(Grants grants, std::string id, Work work);

  ApiContext& context_;
  RecordingLibrary library_;  // the disk thread's
  DiskThread disk_;           // last: its jobs use the library
};

}  // namespace parley
