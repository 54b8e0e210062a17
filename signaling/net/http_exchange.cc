// Requests and responses of HttpServer.

#include <libwebsockets.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <span>
#include <utility>

#include "signaling/api/later_response.h"
#include "signaling/net/http_server_impl.h"
#include "signaling/net/lws_request.h"
#include "signaling/net/response_head.h"

namespace parley {
namespace {

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

}  // namespace

int HttpServer::Impl::OnUpgrade(struct lws* wsi, HttpConnection& c, std::string_view to) {
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

int HttpServer::Impl::OnRequest(struct lws* wsi, HttpConnection& c) {
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

int HttpServer::Impl::OnBody(struct lws* wsi, HttpConnection& c, std::string_view bytes) {
  if (!c.reading_body) return 0;
  if (c.request.body.size() + bytes.size() > options_.max_body) {
    c.reading_body = false;
    c.close_after_response = true;
    return Respond(wsi, c, BodyRefused(413));
  }
  c.request.body += bytes;
  return 0;
}

int HttpServer::Impl::Answer(struct lws* wsi, HttpConnection& c) {
  return Respond(wsi, c, handler_.HandleHttp(c.request));
}

int HttpServer::Impl::Respond(struct lws* wsi, HttpConnection& c, HttpResponse response) {
  c.response = std::move(response);
  c.body_sent = 0;
  c.held = MustWait(c);
  if (!c.held) return Begin(wsi, c);
  held_.push_back(wsi);
  return 0;
}

bool HttpServer::Impl::MustWait(const HttpConnection& c) const {
  return (c.response.hold != 0 && !handler_.MayRespond(c.response.hold)) ||
         (c.response.later && !c.response.later->ready());
}

int HttpServer::Impl::Begin(struct lws* wsi, HttpConnection& c) {
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

bool HttpServer::Impl::WriteHeaders(struct lws* wsi, const HttpConnection& c, size_t body_size) {
  std::string head(LWS_PRE, '\0');
  head += SerializeHead(c.response, body_size, c.close_after_response, std::time(nullptr));
  return lws_write(wsi, reinterpret_cast<unsigned char*>(head.data()) + LWS_PRE,
                   head.size() - LWS_PRE, LWS_WRITE_HTTP_HEADERS) >= 0;
}

int HttpServer::Impl::WriteBody(struct lws* wsi, HttpConnection& c) {
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

int HttpServer::Impl::Finish(struct lws* wsi, HttpConnection& c) {
  Expect(c, options_.idle_timeout_s);
  return c.close_after_response || lws_http_transaction_completed(wsi) ? -1 : 0;
}

void HttpServer::Impl::Expect(HttpConnection& c, int seconds) {
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
  std::erase_if(held_, [this](struct lws* wsi) {
    const HttpConnection* c = Find(wsi);
    if (!c || !c->held) return true;
    if (MustWait(*c)) return false;
    lws_callback_on_writable(wsi);
    return true;
  });
}

}  // namespace parley
