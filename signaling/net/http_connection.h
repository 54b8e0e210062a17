#pragma once

// One accepted TCP connection of the HttpServer: first HTTP, perhaps a WebSocket later. Plain
// state, on the server's thread; bounded by ServerOptions.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "signaling/api/file_body.h"
#include "signaling/net/http_server.h"

struct lws;

namespace parley {

struct HttpConnection {
  SocketAddress peer;
  bool tls = false;

  HttpRequest request;
  bool reading_body = false;
  HttpResponse response;
  size_t body_sent = 0;
  bool held = false;  // the response waits for MayRespond()
  bool close_after_response = false;
  size_t BodySize() const {
    return response.file ? response.file->size() : response.borrowed_body.size();
  }
  // When HTTP must have come further: a whole header, a whole body, the next piece of a response.
  // A WebSocket has pings instead.
  std::chrono::steady_clock::time_point deadline;

  lws* wsi = nullptr;  // set once it is a WebSocket
  ConnectionId id;     // none until then
  std::string incoming;
  struct Frames {
    std::string bytes;  // of whole messages
    size_t counted = 0;
  };
  std::deque<Frames> outgoing;
  size_t queued = 0;
  bool told_soon = false;  // by SendSoon, when last released or since
  bool closing = false;
  uint16_t close_code = 0;
  std::string close_reason;
};

}  // namespace parley
