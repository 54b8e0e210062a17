#pragma once

// What From, To, Contact, Route, Record-Route and Refer-To hold (RFC 3261 section 20.10): a display
// name, a URI, parameters. Value, any thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mixer/sip/params.h"
#include "mixer/sip/uri.h"

namespace parley::sip {

inline constexpr size_t kMaxListedAddresses = 64;

struct NameAddr {
  std::string display;  // without quotes
  Uri uri;
  Params params;

  // The whole text is one address.
  static std::optional<NameAddr> Parse(std::string_view text);
  // A comma-separated list; appends. False when one is malformed or there are too many.
  static bool ParseList(std::string_view text, std::vector<NameAddr>& list);

  // Empty where there is none.
  std::string_view tag() const { return params.Get("tag").value_or(""); }
  void set_tag(std::string_view tag) { params.Set("tag", tag); }
  std::string ToString() const;

  bool operator==(const NameAddr&) const = default;
};

}  // namespace parley::sip
