// The WebSockets of HttpServer.

#include <libwebsockets.h>

#include <algorithm>
#include <utility>

#include "signaling/net/http_server_impl.h"

namespace parley {
namespace {

constexpr int kCloseTimeoutS = 5;

// Who are told something soon are told each tick, but as many as a large room has each third: a
// write to each costs more than what it says, and a list of hundreds is read no sooner.
constexpr size_t kManyTold = 100;
constexpr int kTicksForMany = 3;

// Frames that wait leave together, as many as this holds.
constexpr size_t kBatch = kBodyChunk;

// One unfragmented message of a server (RFC 6455 section 5.2).
void AppendTextFrame(std::string_view text, std::string& to) {
  constexpr char kFinalText = static_cast<char>(0x81);
  const auto append_number = [&](int bytes) {
    for (int i = bytes - 1; i >= 0; --i) to += static_cast<char>(text.size() >> (8 * i));
  };
  to += kFinalText;
  if (text.size() < 126) {
    append_number(1);
  } else if (text.size() <= 0xffff) {
    to += 126;
    append_number(2);
  } else {
    to += 127;
    append_number(8);
  }
  to += text;
}

}  // namespace

void HttpServer::Impl::OnOpened(struct lws* wsi, HttpConnection& c) {
  c.id = ConnectionId(++last_id_);
  c.request = {};
  c.wsi = wsi;
  sockets_[c.id] = &c;
  handler_.OnSocketOpened(c.id, c.peer);
}

int HttpServer::Impl::OnReceived(struct lws* wsi, HttpConnection& c, std::string_view bytes) {
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

int HttpServer::Impl::OnWritable(struct lws* wsi, HttpConnection& c) {
  while (!c.outgoing.empty()) {
    HttpConnection::Frames& frames = c.outgoing.front();
    // As it is: framed by libwebsockets, each message would be a write of its own.
    if (lws_write(wsi, reinterpret_cast<unsigned char*>(frames.bytes.data()), frames.bytes.size(),
                  LWS_WRITE_HTTP) < 0) {
      return -1;
    }
    c.queued -= frames.counted;
    c.outgoing.pop_front();
    if (lws_partial_buffered(wsi)) break;
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

void HttpServer::Impl::OnClosed(HttpConnection& c) {
  if (c.id == ConnectionId()) return;
  ConnectionId id = c.id;
  c.id = {};
  sockets_.erase(id);
  handler_.OnSocketClosed(id);
}

void HttpServer::Impl::Send(ConnectionId id, std::string_view text) {
  if (const HttpConnection* c = Queue(id, text)) lws_callback_on_writable(c->wsi);
}

void HttpServer::Impl::SendSoon(ConnectionId id, std::string_view text) {
  HttpConnection* c = Queue(id, text);
  if (!c || std::exchange(c->told_soon, true)) return;
  told_soon_.push_back(id);
  lws_callback_on_writable(c->wsi);
}

// The snapshot of a large room with much to read may be larger than all that may wait: it is no
// sign of a slow reader, who is one when several messages wait.
size_t HttpServer::Impl::Counted(size_t size) const {
  return std::min(size, options_.max_queued / 4);
}

HttpConnection* HttpServer::Impl::Queue(ConnectionId id, std::string_view text) {
  auto it = sockets_.find(id);
  if (it == sockets_.end()) return nullptr;
  HttpConnection& c = *it->second;
  if (c.closing) return nullptr;
  if (c.queued + Counted(text.size()) > options_.max_queued) {
    c.closing = true;
    lws_set_timeout(c.wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
    return nullptr;
  }
  if (c.outgoing.empty() || c.outgoing.back().bytes.size() + text.size() > kBatch) {
    c.outgoing.emplace_back();
  }
  HttpConnection::Frames& frames = c.outgoing.back();
  AppendTextFrame(text, frames.bytes);
  frames.counted += Counted(text.size());
  c.queued += Counted(text.size());
  return &c;
}

// Who was told something since the last time is told the next at the next one: a write each time,
// and not another at once behind it.
void HttpServer::Impl::ReleaseWaiting() {
  if (told_soon_.size() >= kManyTold && ++ticks_held_ < kTicksForMany) return;
  ticks_held_ = 0;
  std::erase_if(told_soon_, [this](ConnectionId id) {
    const auto it = sockets_.find(id);
    if (it == sockets_.end()) return true;
    HttpConnection& c = *it->second;
    c.told_soon = !c.outgoing.empty();
    if (c.told_soon) lws_callback_on_writable(c.wsi);
    return !c.told_soon;
  });
}

void HttpServer::Impl::Close(ConnectionId id, uint16_t code, std::string_view reason) {
  auto it = sockets_.find(id);
  if (it == sockets_.end()) return;
  HttpConnection& c = *it->second;
  if (c.closing) return;
  c.closing = true;
  c.close_code = code;
  c.close_reason = reason.substr(0, 120);  // RFC 6455 section 5.5: at most 123 bytes
  lws_set_timeout(c.wsi, PENDING_TIMEOUT_CLOSE_SEND, kCloseTimeoutS);
  lws_callback_on_writable(c.wsi);
}

}  // namespace parley
