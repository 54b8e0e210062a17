#pragma once

// HTTP/1.1 and WebSocket over libwebsockets: owns the listening sockets, the TLS contexts, every
// connection and the loop itself. The thread that calls Run() is the signaling thread; all of
// ServerHandler is called on it, and all methods but Wake() and Stop() belong to it. Bounds:
// headers 8 KiB, bodies and messages 64 KiB, connections in all and per address, what waits for a
// slow reader (1 MiB), and the time that a header, a body or an idle connection may take.

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "sfu/base/ids.h"
#include "sfu/base/socket_address.h"
#include "signaling/api/http_message.h"

namespace parley {

// One WebSocket, unique in the process.
using ConnectionId = StrongId<struct ConnectionIdTag, uint64_t>;

class ServerHandler {
 public:
  virtual ~ServerHandler() = default;

  virtual HttpResponse HandleHttp(const HttpRequest& request) = 0;
  // Whether a response with this `hold` may go out now; asked again after each OnWake().
  virtual bool MayRespond(uint64_t hold) = 0;
  // False refuses the upgrade with 403. Path and subprotocol were checked.
  virtual bool AcceptSocket(const HttpRequest& upgrade) = 0;
  virtual void OnSocketOpened(ConnectionId connection, const SocketAddress& peer) = 0;
  // One whole text message of at most 64 KiB; UTF-8 is not checked.
  virtual void OnSocketMessage(ConnectionId connection, std::string_view text) = 0;
  // A message over the bound began, or a binary one: it is not collected. The connection is closed
  // (1009, 1003) after what is sent now.
  virtual void OnSocketUnacceptable(ConnectionId connection, bool too_large) = 0;
  virtual void OnSocketClosed(ConnectionId connection) = 0;
  // About every 100 ms.
  virtual void OnTick() = 0;
  // After one or more calls of Wake().
  virtual void OnWake() = 0;
};

struct ServerOptions {
  // Certificate chain and private key (PEM) for TLS listeners.
  std::string certificate_pem = {};
  std::string private_key_pem = {};
  std::string socket_path = "/ws";
  std::string subprotocol = "parley.v1";
  size_t max_body = 64 * 1024;     // bytes
  size_t max_message = 64 * 1024;  // bytes
  size_t max_queued = 1 << 20;     // bytes waiting for one slow reader
  int max_connections = 20'000;
  int max_connections_per_address = 256;
  int header_timeout_s = 10;  // also for a body, and for a stalled response
  int idle_timeout_s = 30;    // kept-alive HTTP connection without a request
  int ping_s = 20;            // silence before a WebSocket ping
  int hangup_s = 50;          // silence before a WebSocket is dropped
};

class HttpServer {
 public:
  static std::expected<std::unique_ptr<HttpServer>, std::string> Create(ServerOptions options,
                                                                        ServerHandler& handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Listens on a numeric address; "" is every address, IPv6 and IPv4. Port 0 lets the system
  // choose. The port, or why not: std::errc::address_in_use, permission_denied,
  // address_not_available and address_family_not_supported are worth a sentence of their own.
  // Before Run().
  [[nodiscard]] std::expected<uint16_t, std::error_code> Listen(std::string_view address,
                                                                uint16_t port, bool tls);

  // Serves until Stop().
  void Run();
  // Any thread. Run() returns after its current step; connections are closed by the destructor.
  void Stop();
  // Any thread: OnWake() is called soon.
  void Wake();

  // Queues a text message. A reader with too much waiting is dropped. Unknown ids are ignored.
  void Send(ConnectionId connection, std::string_view text);
  // The same, but after the first of these each waits for the next tick, or for a Send, and leaves
  // with those that wait as well, until a tick finds none: many at once cost little more than one.
  // Where a hundred or more connections are told so, it is the third tick.
  void SendSoon(ConnectionId connection, std::string_view text);
  // Closes after what is queued; nothing received afterwards is reported. OnSocketClosed follows.
  void Close(ConnectionId connection, uint16_t code, std::string_view reason);

  int socket_count() const;
  int connection_count() const;

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley
