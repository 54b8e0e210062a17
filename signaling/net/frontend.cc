#include "signaling/net/frontend.h"

#include "signaling/api/api.h"
#include "signaling/api/responses.h"
#include "signaling/net/origin_policy.h"
#include "signaling/net/security_headers.h"
#include "signaling/net/static_files.h"
#include "signaling/protocol/error.h"
#include "signaling/room/room_registry.h"
#include "signaling/session/session.h"
#include "signaling/store/sqlite_store.h"

namespace parley {
namespace {

// For the sockets to answer the farewell.
constexpr Duration kStopTimeout = Duration::Millis(700);
constexpr Duration kRetryAfterStop = Duration::Seconds(2);

}  // namespace

// One WebSocket and its session.
class Frontend::Client final : public SessionSink {
 public:
  Client(Frontend& frontend, ConnectionId connection, const SocketAddress& peer)
      : frontend_(frontend),
        connection_(connection),
        session_(frontend.parts_.sessions, *this, peer) {}

  Session& session() { return session_; }

  void Send(std::string_view message) override {
    ++frontend_.counts_.messages_sent;
    frontend_.server_->Send(connection_, message);
  }
  void SendSoon(std::string_view message) override {
    ++frontend_.counts_.messages_sent;
    frontend_.server_->SendSoon(connection_, message);
  }
  void Close(CloseCode code, std::string_view reason) override {
    frontend_.server_->Close(connection_, static_cast<uint16_t>(code), reason);
  }

 private:
  Frontend& frontend_;
  const ConnectionId connection_;
  Session session_;
};

Frontend::Frontend(Parts parts) : parts_(std::move(parts)) {}

Frontend::~Frontend() {
  const Now now = parts_.clock();
  for (auto& [id, client] : clients_) client->session().HandleClosed(now);
}

void Frontend::RequestStop() {
  // Relaxed: no other data goes with it.
  stop_requested_.store(true, std::memory_order_relaxed);
  server_->Wake();
}

void Frontend::Stop() {
  if (!stop_at_.IsNever()) return;
  stop_at_ = parts_.clock().steady + kStopTimeout;
  parts_.sessions.rooms.Close(kRetryAfterStop);
  for (auto& [id, client] : clients_) {
    server_->Close(id, static_cast<uint16_t>(CloseCode::kGoingAway), "the server stops");
  }
  if (clients_.empty()) server_->Stop();
}

HttpResponse Frontend::HandleHttp(const HttpRequest& request) {
  ++counts_.requests;
  // So that a crash leaves what a request did and its kept answer, or neither.
  const SqliteStore::Together together(parts_.store);
  const uint64_t before = parts_.store.queued();
  HttpResponse response = Answer(request, parts_.clock());
  if (const uint64_t after = parts_.store.queued(); after != before) response.hold = after;
  if (response.status >= 500) {
    ++counts_.requests_failed;
  } else if (response.status >= 400) {
    ++counts_.requests_refused;
  }
  AddSecurityHeaders(request, parts_.real_certificate, response);
  return response;
}

HttpResponse Frontend::Answer(const HttpRequest& request, Now now) {
  if (!parts_.origins.AllowsHost(request)) {
    return ErrorResponse(
        421, Error::Of(ErrorCode::kBadRequest, "This server does not answer under this name."));
  }
  auto answer = parts_.api.Handle(request, now);
  if (!answer) return parts_.files.Serve(request);
  parts_.sessions.rooms.Flush();
  return *std::move(answer);
}

bool Frontend::MayRespond(uint64_t hold) { return parts_.store.committed() >= hold; }

bool Frontend::AcceptSocket(const HttpRequest& upgrade) {
  return parts_.origins.AllowsSocket(upgrade);
}

void Frontend::OnSocketOpened(ConnectionId connection, const SocketAddress& peer) {
  ++counts_.sockets_opened;
  clients_[connection] = std::make_unique<Client>(*this, connection, peer);
  if (!stop_at_.IsNever()) {
    server_->Close(connection, static_cast<uint16_t>(CloseCode::kGoingAway), "the server stops");
  }
}

void Frontend::OnSocketMessage(ConnectionId connection, std::string_view text) {
  ++counts_.messages_received;
  const auto it = clients_.find(connection);
  if (it != clients_.end()) it->second->session().HandleMessage(text, parts_.clock());
}

void Frontend::OnSocketUnacceptable(ConnectionId connection, bool too_large) {
  const auto it = clients_.find(connection);
  if (it == clients_.end()) return;
  it->second->session().HandleUnacceptable(too_large ? CloseCode::kTooBig
                                                     : CloseCode::kInvalidPayload);
}

void Frontend::OnSocketClosed(ConnectionId connection) {
  const auto it = clients_.find(connection);
  if (it == clients_.end()) return;
  const std::unique_ptr<Client> client = std::move(it->second);
  clients_.erase(it);
  client->session().HandleClosed(parts_.clock());
  parts_.sessions.rooms.Flush();
  if (!stop_at_.IsNever() && clients_.empty()) server_->Stop();
}

void Frontend::OnTick() {
  PollEvents();
  const Now now = parts_.clock();
  RoomRegistry& rooms = parts_.sessions.rooms;
  if (rooms.NextTimeout() <= now.steady) rooms.HandleTimeout(now);
  if (stop_at_ <= now.steady) server_->Stop();
}

void Frontend::OnWake() {
  PollEvents();
  if (stop_requested_.load(std::memory_order_relaxed)) Stop();
}

void Frontend::PollEvents() {
  events_.clear();
  parts_.poll_events(events_);
  const Now now = parts_.clock();
  if (!events_.empty()) parts_.sessions.rooms.HandleEvents(events_, now);
  parts_.api.HandleEvents(events_, now);
  parts_.api.HandleTimeout(now);
  if (parts_.poll_phones) parts_.poll_phones(now);
  if (parts_.poll_recordings) parts_.poll_recordings(now);
  if (parts_.poll_memory) parts_.poll_memory(now);
}

}  // namespace parley
