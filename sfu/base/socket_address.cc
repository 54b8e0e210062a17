#include "sfu/base/socket_address.h"

#include <arpa/inet.h>

#include <algorithm>

namespace parley {
namespace {

constexpr std::array<uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

SocketAddress SocketAddress::V4(std::array<uint8_t, 4> ip, uint16_t port) {
  SocketAddress a;
  std::copy(ip.begin(), ip.end(), a.ip_.begin());
  a.port_ = port;
  return a;
}

SocketAddress SocketAddress::V6(const std::array<uint8_t, 16>& ip, uint16_t port) {
  if (std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), ip.begin())) {
    return V4({ip[12], ip[13], ip[14], ip[15]}, port);
  }
  SocketAddress a;
  a.ip_ = ip;
  a.port_ = port;
  a.v4_ = false;
  return a;
}

std::optional<SocketAddress> SocketAddress::Parse(std::string_view ip, uint16_t port) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (ip.empty() || ip.size() >= text.size()) return std::nullopt;
  std::copy(ip.begin(), ip.end(), text.begin());
  std::array<uint8_t, 4> v4;
  if (inet_pton(AF_INET, text.data(), v4.data()) == 1) return V4(v4, port);
  std::array<uint8_t, 16> v6;
  if (inet_pton(AF_INET6, text.data(), v6.data()) == 1) return V6(v6, port);
  return std::nullopt;
}

SocketAddress SocketAddress::WithTcpConnection(uint32_t id) const {
  SocketAddress a = *this;
  a.tcp_ = id;
  return a;
}

SocketAddress SocketAddress::WithLocalIndex(uint8_t index) const {
  SocketAddress a = *this;
  a.local_ = index;
  return a;
}

std::string SocketAddress::IpString() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(v4_ ? AF_INET : AF_INET6, ip_.data(), text.data(), text.size());
  return text.data();
}

std::string SocketAddress::ToString() const {
  std::string port = std::to_string(port_);
  return v4_ ? IpString() + ":" + port : "[" + IpString() + "]:" + port;
}

}  // namespace parley
