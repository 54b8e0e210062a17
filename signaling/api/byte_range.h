#pragma once

// The Range field of a GET (RFC 9110 section 14.2), as far as we serve it: one range of bytes.
// Pure; any thread.

#include <cstdint>
#include <optional>
#include <string_view>

namespace parley {

struct ByteRange {
  uint64_t from = 0;
  uint64_t size = 0;  // at least 1
  bool operator==(const ByteRange&) const = default;
};

enum class RangeFault : uint8_t {
  kIgnored,  // no range of bytes, several, or not one that RFC 9110 knows: as if there were none
  kUnsatisfiable,  // begins behind the end: 416
};

struct RangeAnswer {
  std::optional<ByteRange> range;
  RangeFault fault{};  // when there is no range
};

// Of something of `size` bytes; never more than `most` of them.
RangeAnswer ParseRange(std::string_view field, uint64_t size, uint64_t most);

}  // namespace parley
