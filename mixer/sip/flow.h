#pragma once

// Where a message came from or goes to: a transport, an address, and for TCP and TLS perhaps one
// connection (SocketAddress::tcp_connection; 0 lets the sockets choose or open one). Value, any
// thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "sfu/base/socket_address.h"

namespace parley::sip {

enum class TransportKind : uint8_t { kUdp, kTcp, kTls };

struct Flow {
  TransportKind transport = TransportKind::kUdp;
  SocketAddress remote;
  // The name that a TLS peer's certificate must bear, of connections that we open.
  std::string tls_name;

  bool reliable() const { return transport != TransportKind::kUdp; }
  bool operator==(const Flow&) const = default;
};

struct Outgoing {
  Flow to;
  std::string bytes;
};

// "UDP", as a Via says it.
std::string_view TransportName(TransportKind transport);
SocketAddress WithPort(const SocketAddress& address, uint16_t port);
// 5061 for TLS, else 5060.
uint16_t DefaultPort(TransportKind transport);

}  // namespace parley::sip
