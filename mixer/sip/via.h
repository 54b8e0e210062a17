#pragma once

// One Via (RFC 3261 section 20.42), with rport (RFC 3581). Value, any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mixer/sip/params.h"

namespace parley::sip {

inline constexpr size_t kMaxVias = 70;
// Branches of RFC 3261 begin so; others are from RFC 2543 and name no transaction.
inline constexpr std::string_view kBranchCookie = "z9hG4bK";

struct Via {
  std::string transport;  // upper case
  std::string host;
  std::optional<uint16_t> port;
  Params params;

  // Appends a comma-separated list. False when one is malformed, of another protocol than SIP/2.0,
  // or there are too many.
  static bool ParseList(std::string_view text, std::vector<Via>& list);

  std::string_view branch() const { return params.Get("branch").value_or(""); }
  // The branch has the cookie and something behind it.
  bool HasRfc3261Branch() const;
  std::string SentBy() const;
  std::string ToString() const;

  bool operator==(const Via&) const = default;
};

}  // namespace parley::sip
