#include "signaling/net/http_server.h"

#include <ev.h>
#include <libwebsockets.h>
#include <openssl/ssl.h>

#include <utility>

#include "sfu/base/log.h"
#include "signaling/net/can_listen.h"
#include "signaling/net/http_server_impl.h"
#include "signaling/net/lws_request.h"

namespace parley {
namespace {

constexpr size_t kHeaderBytes = 8192;
constexpr int kTickMs = 100;

void LogFromLws(int level, const char* line) {
  std::string_view text = line;
  while (text.ends_with('\n')) text.remove_suffix(1);
  Log(level == LLL_ERR ? LogLevel::kWarning : LogLevel::kDebug, "libwebsockets", {{"text", text}});
}

// The address without its port, for counting.
SocketAddress WithoutPort(const SocketAddress& a) {
  if (a.is_v4()) return SocketAddress::V4({a.ip()[0], a.ip()[1], a.ip()[2], a.ip()[3]}, 0);
  return SocketAddress::V6(a.ip(), 0);
}

}  // namespace

bool HttpServer::Impl::Start() {
  if (!loop_) return false;
  lws_set_log_level(LLL_ERR | LLL_WARN, LogFromLws);
  protocols_[0] = {"http", Callback, 0, 0, 0, nullptr, 0};
  protocols_[1] = {options_.subprotocol.c_str(), Callback, 0, kBodyChunk, 0, nullptr, 0};
  retry_.secs_since_valid_ping = static_cast<uint16_t>(options_.ping_s);
  retry_.secs_since_valid_hangup = static_cast<uint16_t>(options_.hangup_s);

  struct lws_context_creation_info info{};
  info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
                 LWS_SERVER_OPTION_LIBEV;
  std::array<void*, 1> loops{loop_.get()};
  info.foreign_loops = loops.data();
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
  // libwebsockets looks at its timers after the first event.
  lws_cancel_service(context_);
  while (!stop_.load(std::memory_order_relaxed)) ev_run(loop_.get(), EVRUN_ONCE);
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
  server->ReleaseWaiting();
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
  HttpConnection* c = Find(wsi);
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
  HttpConnection& c = connections_[wsi];
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

HttpConnection* HttpServer::Impl::Find(struct lws* wsi) {
  auto it = connections_.find(wsi);
  return it == connections_.end() ? nullptr : &it->second;
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
void HttpServer::Send(ConnectionId id, std::string_view text) { impl_->Send(id, text); }
void HttpServer::SendSoon(ConnectionId id, std::string_view text) { impl_->SendSoon(id, text); }
void HttpServer::Close(ConnectionId id, uint16_t code, std::string_view reason) {
  impl_->Close(id, code, reason);
}
int HttpServer::socket_count() const { return impl_->socket_count(); }
int HttpServer::connection_count() const { return impl_->connection_count(); }

}  // namespace parley
