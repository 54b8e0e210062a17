#pragma once

// JSON from strangers, held to the rules of PROTOCOL.md, "Framing" before anything looks at it:
// valid UTF-8, one value, bounded size and depth, no key twice in one object. Iterative throughout,
// so that nesting costs no stack. Any thread.

#include <rapidjson/document.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace parley {

struct JsonBounds {
  size_t bytes = 64 * 1024;
  int depth = 32;  // an object or array in nothing has depth 1
};

enum class JsonFault : uint8_t { kNone, kTooLarge, kTooDeep, kMalformed, kDuplicateKey };

// Fills `document` when the answer is kNone; its content is unspecified otherwise.
JsonFault ParseStrictJson(std::string_view text, const JsonBounds& bounds,
                          rapidjson::Document& document);

}  // namespace parley
