#pragma once

// The meeting that is on in a room, for hosts and other programs that are not in it (PROTOCOL.md,
// "Acting from outside"): what a host sees of it, and what hosts do, as the same requests that a
// member sends. Signaling thread.

#include <expected>
#include <string>
#include <string_view>

#include "signaling/api/api_context.h"
#include "signaling/api/http_message.h"
#include "signaling/protocol/error.h"
#include "signaling/protocol/requests.h"
#include "signaling/room/now.h"
#include "signaling/session/host_acts.h"

namespace parley {

class Room;
struct Participant;

// Who acts from outside, in `by` and the like: nobody in a room has this id.
inline constexpr std::string_view kOutsideId = "poutsideaaaaaa";

class MeetingApi {
 public:
  explicit MeetingApi(ApiContext& context);

  // `path` is "/meeting" or "/acts".
  HttpResponse Handle(const HttpRequest& request, std::string_view name, std::string_view path,
                      Now now);

 private:
  HttpResponse Act(const HttpRequest& request, Room& room, Participant& from, Now now);
  std::expected<std::string, Error> Do(Room& room, Participant& from, const RequestBody& body,
                                       Now now);

  ApiContext& context_;
  const HostActs acts_;
};

}  // namespace parley
