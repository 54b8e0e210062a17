#pragma once

// What HttpServer is made of, beside libwebsockets: http_server.cc has its life and its listeners,
// http_exchange.cc requests and responses, http_sockets.cc the WebSockets. For these three files
// alone.

#include <ev.h>
#include <libwebsockets.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include "signaling/net/http_connection.h"
#include "signaling/net/http_server.h"

namespace parley {

inline constexpr size_t kBodyChunk = 16 * 1024;

class HttpServer::Impl {
 public:
  Impl(ServerOptions options, ServerHandler& handler)
      : options_(std::move(options)), handler_(handler) {}
  ~Impl() {
    if (context_) lws_context_destroy(context_);
  }

  bool Start();
  std::expected<uint16_t, std::error_code> Listen(std::string_view address, uint16_t port,
                                                  bool tls);
  void Run();
  void Stop();
  void Wake();
  void Send(ConnectionId id, std::string_view text);
  void SendSoon(ConnectionId id, std::string_view text);
  void Close(ConnectionId id, uint16_t code, std::string_view reason);
  int socket_count() const { return static_cast<int>(sockets_.size()); }
  int connection_count() const { return static_cast<int>(connections_.size()); }

 private:
  struct Tick {
    lws_sorted_usec_list_t timer{};  // first: libwebsockets hands back its address
    Impl* server = nullptr;
  };

  static int Callback(struct lws* wsi, enum lws_callback_reasons reason, void* user, void* in,
                      size_t len);
  static void OnTimer(lws_sorted_usec_list_t* timer);

  int OnEvent(struct lws* wsi, enum lws_callback_reasons reason, void* in, size_t len);
  bool MayConnect(int fd) const;
  void OnConnected(struct lws* wsi);
  void OnDestroyed(struct lws* wsi);
  HttpConnection* Find(struct lws* wsi);

  int OnUpgrade(struct lws* wsi, HttpConnection& c, std::string_view to);
  int OnRequest(struct lws* wsi, HttpConnection& c);
  int OnBody(struct lws* wsi, HttpConnection& c, std::string_view bytes);
  int Answer(struct lws* wsi, HttpConnection& c);
  int Respond(struct lws* wsi, HttpConnection& c, HttpResponse response);
  int Begin(struct lws* wsi, HttpConnection& c);
  bool MustWait(const HttpConnection& c) const;
  bool WriteHeaders(struct lws* wsi, const HttpConnection& c, size_t body_size);
  int WriteBody(struct lws* wsi, HttpConnection& c);
  int Finish(struct lws* wsi, HttpConnection& c);
  void ReleaseHeld();
  void Expect(HttpConnection& c, int seconds);
  void DropOverdue();

  void OnOpened(struct lws* wsi, HttpConnection& c);
  int OnReceived(struct lws* wsi, HttpConnection& c, std::string_view bytes);
  int OnWritable(struct lws* wsi, HttpConnection& c);
  void OnClosed(HttpConnection& c);
  // The connection, unless it is gone or takes no more.
  HttpConnection* Queue(ConnectionId id, std::string_view text);
  size_t Counted(size_t size) const;
  void ReleaseWaiting();

  ServerOptions options_;
  ServerHandler& handler_;
  struct LoopDeleter {
    void operator()(struct ev_loop* loop) const { ev_loop_destroy(loop); }
  };
  // Of epoll: with poll(), which libwebsockets brings itself, every turn costs as much as there are
  // connections.
  std::unique_ptr<struct ev_loop, LoopDeleter> loop_{ev_loop_new(EVFLAG_AUTO)};
  struct lws_context* context_ = nullptr;
  std::array<struct lws_protocols, 3> protocols_{};
  lws_retry_bo_t retry_{};
  Tick tick_;
  std::atomic<bool> stop_{false};
  std::atomic<bool> wake_{false};
  // libwebsockets keeps pointers into these for as long as the context lives.
  struct ListenerNames {
    std::string vhost;
    std::string interface;
  };
  std::deque<ListenerNames> listeners_;
  uint64_t last_id_ = 0;
  std::unordered_map<struct lws*, HttpConnection> connections_;
  std::unordered_map<ConnectionId, HttpConnection*> sockets_;
  std::vector<struct lws*> held_;        // with responses that wait; some may be gone
  std::vector<ConnectionId> told_soon_;  // when last released or since; some may be gone
  int ticks_held_ = 0;                   // since
  std::unordered_map<SocketAddress, int> per_address_;
};

}  // namespace parley
