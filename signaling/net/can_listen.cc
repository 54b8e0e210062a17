#include "signaling/net/can_listen.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "sfu/base/socket_address.h"

namespace parley {
namespace {

std::error_code LastError() { return {errno, std::generic_category()}; }

// As libwebsockets does it: SO_REUSEADDR, bind, listen.
std::error_code TryBind(const sockaddr* address, socklen_t size, bool v6_only) {
  const int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return LastError();
  const int on = 1;
  const int only = v6_only ? 1 : 0;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address->sa_family == AF_INET6) {
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
  }
  std::error_code error;
  if (bind(fd, address, size) != 0 || listen(fd, 1) != 0) error = LastError();
  close(fd);
  return error;
}

std::error_code TryV4(const uint8_t* ip, uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  std::memcpy(&address.sin_addr, ip, 4);
  return TryBind(reinterpret_cast<const sockaddr*>(&address), sizeof address, false);
}

std::error_code TryV6(const uint8_t* ip, uint16_t port, bool v6_only) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  std::memcpy(&address.sin6_addr, ip, 16);
  return TryBind(reinterpret_cast<const sockaddr*>(&address), sizeof address, v6_only);
}

}  // namespace

std::error_code CanListen(std::string_view address, uint16_t port, ListenFamily& family) {
  if (address.empty()) {
    const uint8_t any[16] = {};
    family = ListenFamily::kBoth;
    const std::error_code error = TryV6(any, port, false);
    if (error != std::errc::address_family_not_supported) return error;
    family = ListenFamily::kV4;
    return TryV4(any, port);
  }
  const std::optional<SocketAddress> parsed = SocketAddress::Parse(address, port);
  if (!parsed) return std::make_error_code(std::errc::invalid_argument);
  family = parsed->is_v4() ? ListenFamily::kV4 : ListenFamily::kV6;
  return parsed->is_v4() ? TryV4(parsed->ip().data(), port)
                         : TryV6(parsed->ip().data(), port, true);
}

}  // namespace parley
