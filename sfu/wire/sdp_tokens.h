#pragma once

// Small text tools that the SDP parsers share. Views over borrowed text; pure, any thread.

#include <charconv>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parley {

constexpr char AsciiLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

inline std::string AsciiLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = AsciiLower(c);
  return lower;
}

constexpr bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (AsciiLower(a[i]) != AsciiLower(b[i])) return false;
  }
  return true;
}

constexpr std::string_view TrimSpaces(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Cuts off and returns what stands before the next `separator`; all of it when there is none.
constexpr std::string_view CutUntil(std::string_view& rest, char separator) {
  size_t end = rest.find(separator);
  std::string_view head = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return head;
}

// The next word of several with one or more spaces between; empty at the end.
constexpr std::string_view NextWord(std::string_view& rest) {
  rest = TrimSpaces(rest);
  return CutUntil(rest, ' ');
}

// With one space between each two.
inline std::string JoinWords(std::span<const std::string> words) {
  std::string joined;
  for (const std::string& word : words) {
    if (!joined.empty()) joined += ' ';
    joined += word;
  }
  return joined;
}

// Digits only, of the whole text, and within the type.
template <class Unsigned>
std::optional<Unsigned> ParseDecimal(std::string_view text) {
  Unsigned value = 0;
  if (text.empty() || text[0] == '-' || text[0] == '+') return std::nullopt;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace parley
