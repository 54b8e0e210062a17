#pragma once

// What happened in a room, on its way to one endpoint; and what did not get there. Values, any
// thread.

#include <cstdint>
#include <string>

#include "sfu/base/units.h"

namespace parley {

struct WebhookEvent {
  uint64_t number = 0;  // of this server, ascending in the order things happened
  std::string id;       // the same for every endpoint and attempt
  std::string type;
  std::string room;
  WallTime at;
  std::string body;  // JSON, as it is sent
};

// One that its endpoint did not take for as long as it is tried.
struct DeadLetter {
  WebhookEvent event;
  std::string url;
  int attempts = 0;
  WallTime dead_at;
  std::string error;  // of the last attempt
};

}  // namespace parley
