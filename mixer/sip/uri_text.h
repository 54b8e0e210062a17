#pragma once

// Characters and escapes of URIs (RFC 3261 section 25.1). Pure, any thread.

#include <string>
#include <string_view>

namespace parley::sip {

bool IsUnreserved(char c);
// Every '%' is followed by two hex digits.
bool HasGoodEscapes(std::string_view text);
// "%41" becomes "A"; text without good escapes stays as it is.
std::string Unescape(std::string_view text);
// For the user part of a URI that we make.
std::string EscapeUser(std::string_view text);
// A host name, an IPv4 address, or an IPv6 address in brackets.
bool IsHost(std::string_view text);

}  // namespace parley::sip
