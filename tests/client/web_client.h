#pragma once

// Blocking HTTP and WebSocket clients for tests, over real sockets to this machine. Every wait has
// a time-out. Certificates are not checked: the server's is made for development.

#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::test {

struct HttpReply {
  int status = 0;                              // 0: none, or one that was cut off
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

struct HttpCall {
  std::string method = "GET";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  bool tls = false;
};

// One request on a connection of its own.
HttpReply Fetch(uint16_t port, const HttpCall& call);

// A bare TCP connection, for what no client library would send.
class RawConnection {
 public:
  explicit RawConnection(uint16_t port);
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  bool connected() const { return fd_ >= 0; }
  bool Send(std::string_view bytes);
  // What arrives until the far side closes, `until` was seen, or the time is over.
  std::string Receive(std::chrono::milliseconds timeout, std::string_view until = {});
  // The far side has closed (noticed by Receive).
  bool closed() const { return closed_; }

 private:
  int fd_ = -1;
  bool closed_ = false;
};

struct WebSocketOptions {
  uint16_t port = 0;
  bool tls = false;
  std::string path = "/ws";
  std::string host = {};  // default: localhost:PORT
  std::string origin = {};
  std::string subprotocol = "parley.v1";
};

class WebSocketClient {
 public:
  // The error is the HTTP status that refused the upgrade, 0 when there was none.
  static std::expected<std::unique_ptr<WebSocketClient>, int> Connect(
      const WebSocketOptions& options);
  virtual ~WebSocketClient() = default;

  virtual bool Send(std::string_view text, bool binary = false) = 0;
  // One message in frames of this size.
  virtual bool SendFragmented(std::string_view text, size_t frame) = 0;
  // The next message; nothing when the time is over or the socket closed.
  virtual std::optional<std::string> Receive(std::chrono::milliseconds timeout) = 0;
  virtual bool closed() const = 0;
  // Of the far side's close frame; 0: none yet, or the connection was cut.
  virtual uint16_t close_code() const = 0;
  virtual void Close() = 0;
  // Cuts the connection without a word.
  virtual void Cut() = 0;
};

}  // namespace parley::test
