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

uint16_t DefaultPort(TransportKind transport) {
  return transport == TransportKind::kTls ? 5061 : 5060;
}

}  // namespace parley::sip
