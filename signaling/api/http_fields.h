#pragma once

// The header fields that this server reads beyond a plain comparison. Strict and pure; borrow from
// their input; any thread.

#include <optional>
#include <string_view>

namespace parley {

// The token of "Bearer TOKEN" (RFC 6750 section 2.1); nothing when it is another scheme or holds
// what no token may.
std::optional<std::string_view> ParseBearer(std::string_view authorization);

// If-Match of a WHIP or WHEP PATCH (RFC 9725 section 4.3.1): one strong entity tag or "*".
struct IfMatch {
  bool any = false;
  std::string_view etag;  // without quotes
};
// Nothing for a list, a weak tag (it never matches: RFC 9110 section 13.1.1) or what is no tag.
std::optional<IfMatch> ParseIfMatch(std::string_view field);

// Whether a Content-Type is this type, its parameters aside; `type` in lower case.
bool IsMediaType(std::string_view content_type, std::string_view type);

// Whether a Host names this machine to itself: localhost, 127.0.0.1 or [::1], with any port.
bool IsLoopbackHost(std::string_view host);

// A Host that can be put into a link or a policy: letters, digits, ".", "-", ":", "[" and "]".
bool IsPlainHost(std::string_view host);

// "/a/b" of "/a/b/c/" …: takes the next segment off the front of a path; nothing at its end or for
// an empty segment.
std::optional<std::string_view> TakeSegment(std::string_view& path);

}  // namespace parley
