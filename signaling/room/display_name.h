#pragma once

// Names as people see them, made safe to show beside others': trimmed, bounded, without characters
// that steer the text around them. Pure functions on UTF-8; any thread.

#include <optional>
#include <string>
#include <string_view>

namespace parley {

// Without white space at both ends. Nothing when that leaves more than `max_code_points`, none, no
// visible character, a control character (C0, C1, line and paragraph separators) or one that
// overrides the direction of text (UAX #9: LRE..RLO, LRI..PDI, LRM, RLM, ALM), or when it is no
// valid UTF-8.
std::optional<std::string> NormalizeDisplayName(std::string_view text, size_t max_code_points);

// Code points of UTF-8, or nothing when it is not valid.
std::optional<size_t> CountCodePoints(std::string_view text);

}  // namespace parley
