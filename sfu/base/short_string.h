#pragma once

// A string of bounded length stored in place: MIDs and RIDs, compared on the packet path without an
// allocation. Value, any thread.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace parley {

template <size_t kCapacity>
class ShortString {
  static_assert(kCapacity < 256);

 public:
  constexpr ShortString() = default;

  // Nothing when the text is longer than kCapacity bytes.
  static constexpr std::optional<ShortString> From(std::string_view text) {
    if (text.size() > kCapacity) return std::nullopt;
    ShortString s;
    std::copy(text.begin(), text.end(), s.chars_.begin());
    s.size_ = static_cast<uint8_t>(text.size());
    return s;
  }

  constexpr std::string_view view() const { return {chars_.data(), size_}; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr bool operator==(const ShortString& o) const { return view() == o.view(); }

 private:
  std::array<char, kCapacity> chars_{};
  uint8_t size_ = 0;
};

// RFC 8843 section 15 and RFC 8852 section 3 bound neither; one-byte header extensions carry 16.
using Mid = ShortString<16>;
using Rid = ShortString<16>;

}  // namespace parley
