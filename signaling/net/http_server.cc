#include "signaling/net/http_server.h"

#include <libwebsockets.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <ctime>
#include <deque>
#include <span>
#include <unordered_map>
#include <utility>

#include "sfu/base/log.h"
#include "signaling/api/file_body.h"
#include "signaling/api/later_response.h"
#include "signaling/net/can_listen.h"
#include "signaling/net/lws_request.h"
#include "signaling/net/response_head.h"

namespace parley {
namespace {

constexpr size_t kHeaderBytes = 8192;
constexpr size_t kBodyChunk = 16 * 1024;
constexpr int kTickMs = 100;
constexpr int kCloseTimeoutS = 5;

void LogFromLws(int level, const char* line) {
  std::string_view text = line;
  while (text.ends_with('\n')) text.remove_suffix(1);
  Log(level == LLL_ERR ? LogLevel::kWarning : LogLevel::kDebug, "libwebsockets", {{"text", text}});
}

HttpResponse PlainError(int status, std::string_view code, std::string_view message) {
  HttpResponse response;
  response.status = status;
  response.Set("Content-Type", "application/json");
  response.body = "{\"error\":{\"code\":\"" + std::string(code) + "\",\"message\":\"" +
                  std::string(message) + "\"}}";
  return response;
}

HttpResponse BodyRefused(int status) {
  switch (status) {
    case 411:
      return PlainError(411, "bad_request", "Content-Length is missing.");
    case 413:
      return PlainError(413, "too_large", "The body is too large.");
    case 501:
      return PlainError(501, "bad_request", "Transfer codings are not supported.");
    default:
      return PlainError(400, "bad_request", "Content-Length is not a number.");
  }
}

// The address without its port, for counting.
SocketAddress WithoutPort(const SocketAddress& a) {
  if (a.is_v4()) return SocketAddress::V4({a.ip()[0], a.ip()[1], a.ip()[2], a.ip()[3]}, 0);
  return SocketAddress::V6(a.ip(), 0);
}

// One accepted TCP connection: first HTTP, perhaps a WebSocket later.
struct Connection {
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

  ConnectionId id;  // none until it is a WebSocket
  std::string incoming;
  std::deque<std::string> outgoing;  // each with LWS_PRE bytes of room before the text
  size_t queued = 0;
  bool closing = false;
  uint16_t close_code = 0;
  std::string close_reason;
};

}  // namespace

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
  void Send(ConnectionId id, std::string text);
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
  Connection* Find(struct lws* wsi);

  int OnUpgrade(struct lws* wsi, Connection& c, std::string_view to);
  int OnRequest(struct lws* wsi, Connection& c);
  int OnBody(struct lws* wsi, Connection& c, std::string_view bytes);
  int Answer(struct lws* wsi, Connection& c);
  int Respond(struct lws* wsi, Connection& c, HttpResponse response);
  int Begin(struct lws* wsi, Connection& c);
  bool MustWait(const Connection& c) const;
  bool WriteHeaders(struct lws* wsi, const Connection& c, size_t body_size);
  int WriteBody(struct lws* wsi, Connection& c);
  int Finish(struct lws* wsi, Connection& c);
  void ReleaseHeld();
  void Expect(Connection& c, int seconds);
  void DropOverdue();

  void OnOpened(struct lws* wsi, Connection& c);
  int OnReceived(struct lws* wsi, Connection& c, std::string_view bytes);
  int OnWritable(struct lws* wsi, Connection& c);
  void OnClosed(Connection& c);

  ServerOptions options_;
  ServerHandler& handler_;
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
  std::unordered_map<struct lws*, Connection> connections_;
  std::unordered_map<ConnectionId, struct lws*> sockets_;
  std::unordered_map<SocketAddress, int> per_address_;
};

bool HttpServer::Impl::Start() {
  lws_set_log_level(LLL_ERR | LLL_WARN, LogFromLws);
  protocols_[0] = {"http", Callback, 0, 0, 0, nullptr, 0};
  protocols_[1] = {options_.subprotocol.c_str(), Callback, 0, kBodyChunk, 0, nullptr, 0};
  retry_.secs_since_valid_ping = static_cast<uint16_t>(options_.ping_s);
  retry_.secs_since_valid_hangup = static_cast<uint16_t>(options_.hangup_s);

  struct lws_context_creation_info info{};
  info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
  info.user = this;
  info.max_http_header_data2 = kHeaderBytes;
  info.max_http_header_pool2 = 1024;
  info.timeout_secs = static_cast<unsigned>(options_.header_timeout_s);
  info.timeout_secs_ah_idle = static_cast<unsigned>(options_.header_timeout_s);
  info.pt_serv_buf_size = kBodyChunk;
  info.retry_and_idle_policy = &retry_;
  context_ = lws_create_context(&info);
  if (!context_) return false;
  tick_.server = this;
  lws_sul_schedule(context_, 0, &tick_.timer, OnTimer, kTickMs * LWS_US_PER_MS);
  return true;
}

std::expected<uint16_t, std::error_code> HttpServer::Impl::Listen(std::string_view address,
                                                                  uint16_t port, bool tls) {
  ListenFamily family = ListenFamily::kBoth;
  if (auto error = CanListen(address, port, family)) return std::unexpected(error);
  const auto& [name, interface] =
      listeners_.emplace_back("vhost" + std::to_string(listeners_.size()), std::string(address));
  struct lws_context_creation_info info{};
  info.vhost_name = name.c_str();
  info.port = port;
  info.iface = interface.empty() ? nullptr : interface.c_str();
  info.protocols = protocols_.data();
  info.options = LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND;
  if (family == ListenFamily::kV4) info.options |= LWS_SERVER_OPTION_DISABLE_IPV6;
  if (family == ListenFamily::kV6) {
    info.options |= LWS_SERVER_OPTION_IPV6_V6ONLY_MODIFY | LWS_SERVER_OPTION_IPV6_V6ONLY_VALUE;
  }
  info.keepalive_timeout = options_.idle_timeout_s;
  info.timeout_secs = static_cast<unsigned>(options_.header_timeout_s);
  info.retry_and_idle_policy = &retry_;
  info.alpn = "http/1.1";
  if (tls) {
    info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.server_ssl_cert_mem = options_.certificate_pem.data();
    info.server_ssl_cert_mem_len = static_cast<unsigned>(options_.certificate_pem.size());
    info.server_ssl_private_key_mem = options_.private_key_pem.data();
    info.server_ssl_private_key_mem_len = static_cast<unsigned>(options_.private_key_pem.size());
  }
  struct lws_vhost* vhost = lws_create_vhost(context_, &info);
  if (!vhost) return std::unexpected(std::make_error_code(std::errc::io_error));
  return static_cast<uint16_t>(lws_get_vhost_listen_port(vhost));
}

void HttpServer::Impl::Run() {
  while (!stop_.load(std::memory_order_relaxed) && lws_service(context_, 0) >= 0) {
  }
}

void HttpServer::Impl::Stop() {
  stop_.store(true, std::memory_order_relaxed);
  lws_cancel_service(context_);
}

void HttpServer::Impl::Wake() {
  // Release: what the caller queued before is seen by OnWake().
  if (!wake_.exchange(true, std::memory_order_release)) lws_cancel_service(context_);
}

void HttpServer::Impl::OnTimer(lws_sorted_usec_list_t* timer) {
  Impl* server = reinterpret_cast<Tick*>(timer)->server;
  lws_sul_schedule(server->context_, 0, timer, OnTimer, kTickMs * LWS_US_PER_MS);
  server->DropOverdue();
  server->handler_.OnTick();
}

int HttpServer::Impl::Callback(struct lws* wsi, enum lws_callback_reasons reason, void* user,
                               void* in, size_t len) {
  if (reason == LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS) {
    return SSL_CTX_set_min_proto_version(static_cast<SSL_CTX*>(user), TLS1_2_VERSION) == 1 ? 0 : -1;
  }
  struct lws_context* context = lws_get_context(wsi);
  auto* server = static_cast<Impl*>(context ? lws_context_user(context) : nullptr);
  return server ? server->OnEvent(wsi, reason, in, len) : 0;
}

int HttpServer::Impl::OnEvent(struct lws* wsi, enum lws_callback_reasons reason, void* in,
                              size_t len) {
  switch (reason) {
    case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
      if (wake_.exchange(false, std::memory_order_acquire)) {
        handler_.OnWake();
        ReleaseHeld();
      }
      return 0;
    case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
      return MayConnect(static_cast<int>(reinterpret_cast<intptr_t>(in))) ? 0 : -1;
    case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
      OnConnected(wsi);
      return 0;
    case LWS_CALLBACK_WSI_DESTROY:
      OnDestroyed(wsi);
      return 0;
    default:
      break;
  }
  Connection* c = Find(wsi);
  if (!c) return 0;
  std::string_view bytes(static_cast<const char*>(in), in ? len : 0);
  switch (reason) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
      return OnUpgrade(wsi, *c, in ? static_cast<const char*>(in) : "");
    case LWS_CALLBACK_HTTP:
      return OnRequest(wsi, *c);
    case LWS_CALLBACK_HTTP_BODY:
      return OnBody(wsi, *c, bytes);
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
      if (!c->reading_body) return 0;
      c->reading_body = false;
      return Answer(wsi, *c);
    case LWS_CALLBACK_HTTP_WRITEABLE:
      return c->held ? Begin(wsi, *c) : WriteBody(wsi, *c);
    case LWS_CALLBACK_ESTABLISHED:
      OnOpened(wsi, *c);
      return 0;
    case LWS_CALLBACK_RECEIVE:
      return OnReceived(wsi, *c, bytes);
    case LWS_CALLBACK_SERVER_WRITEABLE:
      return OnWritable(wsi, *c);
    case LWS_CALLBACK_CLOSED:
      OnClosed(*c);
      return 0;
    default:
      return 0;
  }
}

bool HttpServer::Impl::MayConnect(int fd) const {
  if (connection_count() >= options_.max_connections) return false;
  auto it = per_address_.find(WithoutPort(PeerOf(fd)));
  return it == per_address_.end() || it->second < options_.max_connections_per_address;
}

void HttpServer::Impl::OnConnected(struct lws* wsi) {
  Connection& c = connections_[wsi];
  c.peer = PeerOf(lws_get_socket_fd(wsi));
  c.tls = lws_is_ssl(wsi);
  Expect(c, options_.header_timeout_s);
  ++per_address_[WithoutPort(c.peer)];
}

void HttpServer::Impl::OnDestroyed(struct lws* wsi) {
  auto it = connections_.find(wsi);
  if (it == connections_.end()) return;
  OnClosed(it->second);
  auto counted = per_address_.find(WithoutPort(it->second.peer));
  if (counted != per_address_.end() && --counted->second == 0) per_address_.erase(counted);
  connections_.erase(it);
}

Connection* HttpServer::Impl::Find(struct lws* wsi) {
  auto it = connections_.find(wsi);
  return it == connections_.end() ? nullptr : &it->second;
}

int HttpServer::Impl::OnUpgrade(struct lws* wsi, Connection& c, std::string_view to) {
  HttpRequest request = ReadRequest(wsi);
  request.tls = c.tls;
  request.peer = c.peer;
  HttpResponse refusal;
  if (to != "websocket") {
    refusal = PlainError(400, "bad_request", "Only WebSocket upgrades are possible.");
  } else if (request.path != options_.socket_path) {
    refusal = PlainError(404, "bad_request", "There is no WebSocket here.");
  } else if (!OffersSubprotocol(wsi, options_.subprotocol)) {
    refusal = PlainError(400, "bad_request", "The WebSocket subprotocol is not offered.");
  } else if (!handler_.AcceptSocket(request)) {
    refusal = PlainError(403, "forbidden", "This page may not connect here.");
  } else {
    return 0;
  }
  c.request = std::move(request);
  c.response = std::move(refusal);
  c.close_after_response = true;
  if (!WriteHeaders(wsi, c, c.response.body.size())) return -1;
  std::string padded(LWS_PRE, '\0');
  padded += c.response.body;
  lws_write(wsi, reinterpret_cast<unsigned char*>(padded.data()) + LWS_PRE, c.response.body.size(),
            LWS_WRITE_HTTP_FINAL);
  return 1;
}

int HttpServer::Impl::OnRequest(struct lws* wsi, Connection& c) {
  c.request = ReadRequest(wsi);
  c.request.tls = c.tls;
  c.request.peer = c.peer;
  c.body_sent = 0;
  Expect(c, options_.header_timeout_s);
  std::expected<uint64_t, int> length = BodyLength(wsi, c.request.method);
  int refused = !length ? length.error() : *length > options_.max_body ? 413 : 0;
  if (refused != 0) {
    c.close_after_response = true;
    return Respond(wsi, c, BodyRefused(refused));
  }
  if (*length > 0) {
    c.reading_body = true;
    return 0;
  }
  return Answer(wsi, c);
}

int HttpServer::Impl::OnBody(struct lws* wsi, Connection& c, std::string_view bytes) {
  if (!c.reading_body) return 0;
  if (c.request.body.size() + bytes.size() > options_.max_body) {
    c.reading_body = false;
    c.close_after_response = true;
    return Respond(wsi, c, BodyRefused(413));
  }
  c.request.body += bytes;
  return 0;
}

int HttpServer::Impl::Answer(struct lws* wsi, Connection& c) {
  return Respond(wsi, c, handler_.HandleHttp(c.request));
}

int HttpServer::Impl::Respond(struct lws* wsi, Connection& c, HttpResponse response) {
  c.response = std::move(response);
  c.body_sent = 0;
  c.held = MustWait(c);
  return c.held ? 0 : Begin(wsi, c);
}

bool HttpServer::Impl::MustWait(const Connection& c) const {
  return (c.response.hold != 0 && !handler_.MayRespond(c.response.hold)) ||
         (c.response.later && !c.response.later->ready());
}

int HttpServer::Impl::Begin(struct lws* wsi, Connection& c) {
  if (c.held && MustWait(c)) return 0;
  c.held = false;
  if (c.response.later) c.response.Become(std::exchange(c.response.later, nullptr)->Take());
  if (c.response.borrowed_body.empty()) c.response.borrowed_body = c.response.body;
  const size_t size = c.BodySize();
  if (!WriteHeaders(wsi, c, size)) return -1;
  if (size == 0 || c.request.method == HttpMethod::kHead) {
    c.response = {};
    return Finish(wsi, c);
  }
  lws_callback_on_writable(wsi);
  return 0;
}

bool HttpServer::Impl::WriteHeaders(struct lws* wsi, const Connection& c, size_t body_size) {
  std::string head(LWS_PRE, '\0');
  head += SerializeHead(c.response, body_size, c.close_after_response, std::time(nullptr));
  return lws_write(wsi, reinterpret_cast<unsigned char*>(head.data()) + LWS_PRE,
                   head.size() - LWS_PRE, LWS_WRITE_HTTP_HEADERS) >= 0;
}

int HttpServer::Impl::WriteBody(struct lws* wsi, Connection& c) {
  const size_t size = c.BodySize();
  if (c.body_sent >= size) return 0;
  size_t n = std::min(kBodyChunk, size - c.body_sent);
  bool last = c.body_sent + n == size;
  std::array<unsigned char, LWS_PRE + kBodyChunk> buffer;
  if (c.response.file) {
    if (!c.response.file->Read(c.body_sent, std::span(buffer).subspan(LWS_PRE, n))) return -1;
  } else {
    std::copy_n(c.response.borrowed_body.data() + c.body_sent, n, buffer.data() + LWS_PRE);
  }
  int written =
      lws_write(wsi, buffer.data() + LWS_PRE, n, last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP);
  if (written < 0) return -1;
  c.body_sent += n;
  if (!last) {
    Expect(c, options_.header_timeout_s);
    lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, options_.header_timeout_s);
    lws_callback_on_writable(wsi);
    return 0;
  }
  c.response = {};
  c.body_sent = 0;
  return Finish(wsi, c);
}

int HttpServer::Impl::Finish(struct lws* wsi, Connection& c) {
  Expect(c, options_.idle_timeout_s);
  return c.close_after_response || lws_http_transaction_completed(wsi) ? -1 : 0;
}

void HttpServer::Impl::Expect(Connection& c, int seconds) {
  c.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
}

// libwebsockets' own time-outs begin anew with every byte; these do not.
void HttpServer::Impl::DropOverdue() {
  const auto now = std::chrono::steady_clock::now();
  for (auto& [wsi, c] : connections_) {
    if (c.id == ConnectionId() && c.deadline < now) {
      lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
    }
  }
}

void HttpServer::Impl::ReleaseHeld() {
  for (auto& [wsi, c] : connections_) {
    if (c.held && !MustWait(c)) lws_callback_on_writable(wsi);
  }
}

void HttpServer::Impl::OnOpened(struct lws* wsi, Connection& c) {
  c.id = ConnectionId(++last_id_);
  c.request = {};
  sockets_[c.id] = wsi;
  handler_.OnSocketOpened(c.id, c.peer);
}

int HttpServer::Impl::OnReceived(struct lws* wsi, Connection& c, std::string_view bytes) {
  if (c.closing) return 0;
  if (lws_frame_is_binary(wsi)) {
    handler_.OnSocketUnacceptable(c.id, false);
    Close(c.id, LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE, "text only");
    return 0;
  }
  if (c.incoming.size() + bytes.size() + lws_remaining_packet_payload(wsi) > options_.max_message) {
    c.incoming = {};
    handler_.OnSocketUnacceptable(c.id, true);
    Close(c.id, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, "message too large");
    return 0;
  }
  c.incoming += bytes;
  if (lws_is_final_fragment(wsi) && lws_remaining_packet_payload(wsi) == 0) {
    std::string text;
    text.swap(c.incoming);
    handler_.OnSocketMessage(c.id, text);
  }
  return 0;
}

int HttpServer::Impl::OnWritable(struct lws* wsi, Connection& c) {
  while (!c.outgoing.empty()) {
    std::string& text = c.outgoing.front();
    size_t size = text.size() - LWS_PRE;
    if (lws_write(wsi, reinterpret_cast<unsigned char*>(text.data()) + LWS_PRE, size,
                  LWS_WRITE_TEXT) < 0) {
      return -1;
    }
    c.queued -= size;
    c.outgoing.pop_front();
    if (lws_send_pipe_choked(wsi)) break;
  }
  if (!c.outgoing.empty()) {
    lws_callback_on_writable(wsi);
    return 0;
  }
  if (!c.closing) return 0;
  lws_close_reason(wsi, static_cast<enum lws_close_status>(c.close_code),
                   reinterpret_cast<unsigned char*>(c.close_reason.data()), c.close_reason.size());
  return -1;
}

void HttpServer::Impl::OnClosed(Connection& c) {
  if (c.id == ConnectionId()) return;
  ConnectionId id = c.id;
  c.id = {};
  sockets_.erase(id);
  handler_.OnSocketClosed(id);
}

void HttpServer::Impl::Send(ConnectionId id, std::string text) {
  auto it = sockets_.find(id);
  if (it == sockets_.end()) return;
  struct lws* wsi = it->second;
  Connection& c = connections_.at(wsi);
  if (c.closing) return;
  if (c.queued + text.size() > options_.max_queued) {
    c.closing = true;
    lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
    return;
  }
  c.queued += text.size();
  text.insert(0, LWS_PRE, '\0');
  c.outgoing.push_back(std::move(text));
  lws_callback_on_writable(wsi);
}

void HttpServer::Impl::Close(ConnectionId id, uint16_t code, std::string_view reason) {
  auto it = sockets_.find(id);
  if (it == sockets_.end()) return;
  Connection& c = connections_.at(it->second);
  if (c.closing) return;
  c.closing = true;
  c.close_code = code;
  c.close_reason = reason.substr(0, 120);  // RFC 6455 section 5.5: at most 123 bytes
  lws_set_timeout(it->second, PENDING_TIMEOUT_CLOSE_SEND, kCloseTimeoutS);
  lws_callback_on_writable(it->second);
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

std::expected<std::unique_ptr<HttpServer>, std::string> HttpServer::Create(ServerOptions options,
                                                                           ServerHandler& handler) {
  auto impl = std::make_unique<Impl>(std::move(options), handler);
  if (!impl->Start()) return std::unexpected("libwebsockets cannot start");
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

std::expected<uint16_t, std::error_code> HttpServer::Listen(std::string_view address, uint16_t port,
                                                            bool tls) {
  return impl_->Listen(address, port, tls);
}
void HttpServer::Run() { impl_->Run(); }
void HttpServer::Stop() { impl_->Stop(); }
void HttpServer::Wake() { impl_->Wake(); }
void HttpServer::Send(ConnectionId id, std::string text) { impl_->Send(id, std::move(text)); }
void HttpServer::Close(ConnectionId id, uint16_t code, std::string_view reason) {
  impl_->Close(id, code, reason);
}
int HttpServer::socket_count() const { return impl_->socket_count(); }
int HttpServer::connection_count() const { return impl_->connection_count(); }

}  // namespace parley
