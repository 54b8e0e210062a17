#pragma once

// The way out for what happens in rooms, for whoever outside of the server is told of it
// (webhooks); signaling/hooks implements it. Any thread: what is made of recordings is told from
// another one.

#include <string>
#include <string_view>

namespace parley {

class EventPort {
 public:
  virtual ~EventPort() = default;
  // Only queues. `data`: a JSON object (PROTOCOL.md, "Webhooks").
  virtual void Tell(std::string_view type, std::string_view room, std::string data) = 0;
};

}  // namespace parley
