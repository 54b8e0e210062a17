#include "signaling/api/byte_range.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace parley {
namespace {

// Digits only; nothing when there are none or too many.
std::optional<uint64_t> ParseNumber(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

constexpr RangeAnswer kIgnored{.range = std::nullopt, .fault = RangeFault::kIgnored};
constexpr RangeAnswer kUnsatisfiable{.range = std::nullopt, .fault = RangeFault::kUnsatisfiable};

}  // namespace

RangeAnswer ParseRange(std::string_view field, uint64_t size, uint64_t most) {
  constexpr std::string_view kUnit = "bytes=";
  if (!field.starts_with(kUnit)) return kIgnored;
  field.remove_prefix(kUnit.size());
  const size_t dash = field.find('-');
  if (dash == std::string_view::npos) return kIgnored;
  const std::string_view first = field.substr(0, dash);
  const std::string_view last = field.substr(dash + 1);
  if (first.empty()) {
    const auto suffix = ParseNumber(last);
    if (!suffix) return kIgnored;
    if (*suffix == 0 || size == 0) return kUnsatisfiable;
    const uint64_t count = std::min(*suffix, size);
    return {.range = ByteRange{.from = size - count, .size = std::min(count, most)}, .fault = {}};
  }
  const auto from = ParseNumber(first);
  if (!from) return kIgnored;
  uint64_t to = size == 0 ? 0 : size - 1;
  if (!last.empty()) {
    const auto wanted = ParseNumber(last);
    if (!wanted || *wanted < *from) return kIgnored;
    to = std::min(*wanted, to);
  }
  if (*from >= size) return kUnsatisfiable;
  return {.range = ByteRange{.from = *from, .size = std::min(to - *from + 1, most)}, .fault = {}};
}

}  // namespace parley
