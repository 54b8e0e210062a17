#pragma once

// The resources below /api/v1 (PROTOCOL.md, "HTTP"): host link, rooms, and the question whether one
// may join. Signaling thread.

#include <optional>
#include <string>
#include <string_view>

#include "signaling/api/api_context.h"
#include "signaling/api/broadcast_api.h"
#include "signaling/api/http_message.h"
#include "signaling/api/meeting_api.h"
#include "signaling/api/reports_api.h"
#include "signaling/api/stats_desk.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/protocol/types.h"
#include "signaling/room/now.h"

namespace parley {

class Room;

class RoomsApi {
 public:
  explicit RoomsApi(ApiContext& context);

  // `path` is what follows "/api/v1": "/rooms", "/rooms/NAME/check", …
  HttpResponse Handle(const HttpRequest& request, std::string_view path, Now now);

  StatsDesk& stats() { return stats_; }

 private:
  HttpResponse Redeem(const HttpRequest& request, Now now);
  HttpResponse Create(const HttpRequest& request, Now now);
  HttpResponse List(const HttpRequest& request, Now now);
  HttpResponse Change(const HttpRequest& request, std::string_view name, Now now);
  HttpResponse Delete(const HttpRequest& request, std::string_view name, Now now);
  HttpResponse Renew(const HttpRequest& request, std::string_view name, Now now);
  HttpResponse GoLive(const HttpRequest& request, std::string_view name, Now now);
  HttpResponse Check(const HttpRequest& request, std::string_view name, Now now);
  HttpResponse Stats(const HttpRequest& request, std::string_view name, Now now);
  HttpResponse Capture(const HttpRequest& request, std::string_view name, Now now);
  HttpResponse CaptureStatus(const HttpRequest& request, std::string_view name, Now now);

  void WriteRoom(JsonWriter& w, const Room& room, Role reader, const HttpRequest& request) const;

  ApiContext& context_;
  StatsDesk stats_;
  ReportsApi reports_;
  MeetingApi meetings_;
  BroadcastApi broadcasts_;
};

}  // namespace parley
