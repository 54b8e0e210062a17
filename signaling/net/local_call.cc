#include "signaling/net/local_call.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <utility>

namespace parley {
namespace {

constexpr timeval kTimeout{.tv_sec = 5, .tv_usec = 0};
constexpr size_t kMostBytes = 1 << 20;

class Connection {
 public:
  explicit Connection(uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kTimeout, sizeof kTimeout);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &kTimeout, sizeof kTimeout);
    open_ = connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~Connection() { close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool open() const { return open_; }
  bool Send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  // Until the server closes.
  std::string ReceiveAll() {
    std::string all;
    std::array<char, 4096> piece;
    while (all.size() < kMostBytes) {
      const ssize_t size = recv(socket_, piece.data(), piece.size(), 0);
      if (size <= 0) break;
      all.append(piece.data(), static_cast<size_t>(size));
    }
    return all;
  }

 private:
  int socket_;
  bool open_ = false;
};

// "HTTP/1.1 200 OK"
int StatusOf(std::string_view reply) {
  constexpr std::string_view kBegin = "HTTP/1.";
  if (!reply.starts_with(kBegin) || reply.size() < kBegin.size() + 5) return 0;
  const char* digits = reply.data() + kBegin.size() + 2;
  int status = 0;
  return std::from_chars(digits, digits + 3, status).ec == std::errc() ? status : 0;
}

}  // namespace

std::expected<LocalReply, std::string> CallLocal(uint16_t port, std::string_view method,
                                                 std::string_view target, std::string_view token,
                                                 std::string_view body) {
  Connection connection(port);
  const std::string where = "localhost:" + std::to_string(port);
  if (!connection.open()) {
    return std::unexpected("no Parley answers at http://" + where +
                           "/. Start it, or name its port with --local-port");
  }
  std::string request(method);
  request += " " + std::string(target) + " HTTP/1.1\r\nHost: " + where +
             "\r\nConnection: close\r\nAuthorization: Bearer " + std::string(token) + "\r\n";
  if (!body.empty()) {
    request +=
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  }
  request += "\r\n" + std::string(body);
  if (!connection.Send(request)) return std::unexpected("the server at " + where + " hung up");
  const std::string reply = connection.ReceiveAll();
  const size_t end = reply.find("\r\n\r\n");
  const int status = StatusOf(reply);
  if (status == 0 || end == std::string::npos) {
    return std::unexpected("what answers at " + where + " is no Parley");
  }
  return LocalReply{.status = status, .body = reply.substr(end + 4)};
}

}  // namespace parley
