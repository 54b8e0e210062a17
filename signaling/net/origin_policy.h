#pragma once

// Which pages may open a WebSocket here, and under which names this server answers at all: exact
// comparison, no patterns. The second check keeps a foreign name that was pointed at 127.0.0.1 (DNS
// rebinding) from reading the loopback listener. Immutable; any thread.

#include <string>
#include <string_view>
#include <vector>

#include "signaling/api/http_message.h"

namespace parley {

class OriginPolicy {
 public:
  // Further origins, as browsers send them: "https://meet.example.org", "https://example.org:8443".
  explicit OriginPolicy(std::vector<std::string> origins);

  // A page of this server itself or a listed one. A request without Origin comes from no page and
  // is allowed: nothing here is authorised by cookies.
  bool AllowsSocket(const HttpRequest& upgrade) const;
  // On the plain listener the Host must be a loopback name or belong to a listed origin.
  bool AllowsHost(const HttpRequest& request) const;

 private:
  std::vector<std::string> origins_;
};

}  // namespace parley
