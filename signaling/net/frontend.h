#pragma once

// Between the sockets and everything that answers: a Session per WebSocket, the API and the files
// per HTTP request, the workers' events and the timers per turn of the loop. Also the order of a
// clean stop: everyone is told, then closed with 1001, then the loop ends. Signaling thread.

#include <atomic>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "sfu/port/events.h"
#include "signaling/net/http_server.h"
#include "signaling/room/now.h"
#include "signaling/session/session_context.h"

namespace parley {

class Api;
class OriginPolicy;
class SqliteStore;
class StaticFiles;

class Frontend final : public ServerHandler {
 public:
  struct Parts {
    SessionContext& sessions;
    Api& api;
    const StaticFiles& files;
    const OriginPolicy& origins;
    SqliteStore& store;
    std::function<Now()> clock;
    std::function<void(std::vector<Event>&)> poll_events;
    std::function<void(Now)> poll_phones;  // empty without phones
    std::function<void(Now)> poll_recordings;
    std::function<void(Now)> poll_memory;
    bool real_certificate = false;
  };
  struct Counts {
    uint64_t requests = 0;
    uint64_t requests_refused = 0;  // answered with 4xx
    uint64_t requests_failed = 0;   // answered with 5xx
    uint64_t sockets_opened = 0;
    uint64_t messages_received = 0;
    uint64_t messages_sent = 0;
  };

  explicit Frontend(Parts parts);
  ~Frontend() override;

  // The server outlives neither this nor Run(); set before it.
  void Attach(HttpServer& server) { server_ = &server; }
  // Any thread. Begins the clean stop; Run() returns when everyone is gone, after 3 s at most.
  void RequestStop();

  const Counts& counts() const { return counts_; }

  HttpResponse HandleHttp(const HttpRequest& request) override;
  bool MayRespond(uint64_t hold) override;
  bool AcceptSocket(const HttpRequest& upgrade) override;
  void OnSocketOpened(ConnectionId connection, const SocketAddress& peer) override;
  void OnSocketMessage(ConnectionId connection, std::string_view text) override;
  void OnSocketUnacceptable(ConnectionId connection, bool too_large) override;
  void OnSocketClosed(ConnectionId connection) override;
  void OnTick() override;
  void OnWake() override;

 private:
  class Client;

  void Stop();
  HttpResponse Answer(const HttpRequest& request, Now now);
  void PollEvents();

  Parts parts_;
  HttpServer* server_ = nullptr;
  Counts counts_;
  std::vector<Event> events_;
  std::unordered_map<ConnectionId, std::unique_ptr<Client>> clients_;
  std::atomic<bool> stop_requested_{false};
  Timestamp stop_at_ = Timestamp::Never();
};

}  // namespace parley
