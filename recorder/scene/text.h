#pragma once

// Names as they are drawn and written: code points, initials and a person's colour, the same as in
// the room (web/ui/state/names.ts). Pure.

#include <string>
#include <string_view>
#include <vector>

namespace parley {

// What is no UTF-8 becomes U+FFFD, byte by byte.
std::vector<char32_t> CodePoints(std::string_view utf8);
std::string ToUtf8(const std::vector<char32_t>& code_points);

// On one line: control characters and white space become one space each run, none at the ends.
std::string OneLine(std::string_view utf8);

// One or two letters: the first of the first and last word, or a single character of Chinese.
std::string Initials(std::string_view name);

// 0 to 359.
int HueOf(std::string_view participant);

}  // namespace parley
