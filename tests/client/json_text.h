#pragma once

// The little that a test client needs of JSON: one value read by its path, one text written.

#include <string>
#include <string_view>

namespace parley::test {

// `text` in quotes, escaped.
std::string Quoted(std::string_view text);
// A string or whole number of a JSON text, by its path ("data.room.name"); empty when it is none.
std::string JsonText(const std::string& json, std::string_view path);

}  // namespace parley::test
