#pragma once

// SocketAddress to and from the kernel's form. Free functions, any thread.

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "sfu/base/socket_address.h"

namespace parley {

// `raw` takes either family; the size of what was written.
inline socklen_t ToSockaddr(const SocketAddress& address, sockaddr_in6& raw) {
  if (address.is_v4()) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(raw);
    v4 = {};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(address.port());
    std::memcpy(&v4.sin_addr, address.ip().data(), 4);
    return sizeof v4;
  }
  raw = {};
  raw.sin6_family = AF_INET6;
  raw.sin6_port = htons(address.port());
  std::memcpy(&raw.sin6_addr, address.ip().data(), 16);
  return sizeof raw;
}

inline SocketAddress FromSockaddr(const sockaddr_in6& raw) {
  if (raw.sin6_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(raw);
    std::array<uint8_t, 4> ip;
    std::memcpy(ip.data(), &v4.sin_addr, 4);
    return SocketAddress::V4(ip, ntohs(v4.sin_port));
  }
  std::array<uint8_t, 16> ip;
  std::memcpy(ip.data(), &raw.sin6_addr, 16);
  return SocketAddress::V6(ip, ntohs(raw.sin6_port));
}

inline std::string ErrnoText() {
  char buffer[128];
  return strerror_r(errno, buffer, sizeof buffer);
}

}  // namespace parley
