#include "mixer/sip/flow.h"

namespace parley::sip {

std::string_view TransportName(TransportKind transport) {
  switch (transport) {
    case TransportKind::kTcp:
      return "TCP";
    case TransportKind::kTls:
      return "TLS";
    case TransportKind::kUdp:
      break;
  }
  return "UDP";
}

SocketAddress WithPort(const SocketAddress& a, uint16_t port) {
  if (!a.is_v4()) return SocketAddress::V6(a.ip(), port);
  return SocketAddress::V4({a.ip()[0], a.ip()[1], a.ip()[2], a.ip()[3]}, port);
}

uint16_t DefaultPort(TransportKind transport) {
  return transport == TransportKind::kTls ? 5061 : 5060;
}

}  // namespace parley::sip
