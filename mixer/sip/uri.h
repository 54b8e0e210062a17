#pragma once

// A URI where SIP puts one (RFC 3261 section 19.1): sip and sips taken apart, the number of a tel
// URI (RFC 3966), any other scheme as opaque text. Value, any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mixer/sip/params.h"

namespace parley::sip {

struct Uri {
  std::string scheme = "sip";  // lower case
  // Of sip and sips, escaped as on the wire; of tel, the number.
  std::string user;
  std::optional<std::string> password;
  std::string host;  // an IPv6 address stands in brackets
  std::optional<uint16_t> port;
  Params params;
  std::string headers;  // what follows '?'
  std::string opaque;   // of other schemes, what follows ':'

  static std::optional<Uri> Parse(std::string_view text);
  // sip:user@host:port; the port is left out where there is none.
  static Uri Sip(std::string_view user, std::string_view host, std::optional<uint16_t> port = {});

  bool is_sip() const { return scheme == "sip" || scheme == "sips"; }
  bool is_secure() const { return scheme == "sips"; }
  // With escapes undone: what a person dialled.
  std::string DecodedUser() const;
  std::string ToString() const;

  bool operator==(const Uri&) const = default;
};

}  // namespace parley::sip
