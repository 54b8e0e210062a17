#pragma once

// An IPv4 or IPv6 address with a port and by which way of ours it is reached: a TCP connection, or
// the local address that its datagrams come in at (the two make a candidate pair, RFC 8445 section
// 4). IPv4-mapped IPv6 addresses are kept as IPv4. A hashable value of 24 bytes; any thread.

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

class SocketAddress {
 public:
  SocketAddress() = default;
  static SocketAddress V4(std::array<uint8_t, 4> ip, uint16_t port);
  // An IPv4-mapped address becomes V4.
  static SocketAddress V6(const std::array<uint8_t, 16>& ip, uint16_t port);
  // "192.0.2.1" or "2001:db8::1", without brackets or zone. Nothing when it is not an address.
  static std::optional<SocketAddress> Parse(std::string_view ip, uint16_t port);

  bool is_v4() const { return v4_; }
  uint16_t port() const { return port_; }
  // 0 for UDP; else the worker's number of the TCP connection, so that two never compare equal.
  uint32_t tcp_connection() const { return tcp_; }
  SocketAddress WithTcpConnection(uint32_t id) const;
  // The UDP socket's number of the local address; 0 where it has only one, or the kernel chooses.
  uint8_t local_index() const { return local_; }
  SocketAddress WithLocalIndex(uint8_t index) const;
  // The first 4 bytes are the address when is_v4().
  const std::array<uint8_t, 16>& ip() const { return ip_; }

  std::string IpString() const;
  // "192.0.2.1:4000" or "[2001:db8::1]:4000".
  std::string ToString() const;

  bool operator==(const SocketAddress&) const = default;

 private:
  std::array<uint8_t, 16> ip_{};
  uint32_t tcp_ = 0;
  uint16_t port_ = 0;
  uint8_t local_ = 0;
  bool v4_ = true;
};

}  // namespace parley

template <>
struct std::hash<parley::SocketAddress> {
  size_t operator()(const parley::SocketAddress& a) const noexcept {
    uint64_t hi, lo;
    std::memcpy(&hi, a.ip().data(), 8);
    std::memcpy(&lo, a.ip().data() + 8, 8);
    const uint64_t way =
        uint64_t{a.local_index()} << 48 | uint64_t{a.port()} << 32 | a.tcp_connection();
    uint64_t h = hi * 0x9E3779B97F4A7C15u ^ lo * 0xC2B2AE3D27D4EB4Fu ^ way * 0x165667B19E3779F9u;
    return h ^ h >> 29;
  }
};
