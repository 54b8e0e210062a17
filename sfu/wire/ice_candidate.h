#pragma once

// One ICE candidate (RFC 8839 section 5.1, RFC 6544 section 4.5) as a=candidate carries it. Value,
// any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

struct IceCandidate {
  std::string foundation;  // 1..32 characters
  uint16_t component = 1;
  std::string protocol = "udp";  // lower case: "udp" or "tcp"
  uint32_t priority = 0;
  std::string address;  // IP address, or a name (mDNS)
  uint16_t port = 0;
  std::string type = "host";  // "host", "srflx", "prflx", "relay"
  std::string tcp_type;       // "passive", "active", "so"; empty for UDP

  // The attribute's value, "1 1 udp 2130706431 192.0.2.1 7000 typ host"; extensions that it does
  // not know are skipped.
  static std::optional<IceCandidate> Parse(std::string_view value);
  std::string ToString() const;

  bool operator==(const IceCandidate&) const = default;
};

}  // namespace parley
