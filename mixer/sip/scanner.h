#pragma once

// Walks one unfolded header value by the basic rules of RFC 3261 section 25.1: white space, tokens,
// quoted strings, separators. A view over borrowed text; any thread.

#include <optional>
#include <string>
#include <string_view>

namespace parley::sip {

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool IsAlphanum(char c) { return IsDigit(c) || IsAlpha(c); }
constexpr bool IsTokenChar(char c) {
  return IsAlphanum(c) || std::string_view("-.!%*_+`'~").contains(c);
}
bool IsToken(std::string_view text);

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool AtEnd() const { return rest_.empty(); }
  // 0 at the end.
  char Peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  std::string_view rest() const { return rest_; }

  void SkipSpace();
  // A separator with any white space around it; takes nothing when it is not next.
  bool TakeSeparator(char c);
  // Exactly this character, without white space.
  bool Take(char c);

  // The longest run of characters for which `is` holds; may be empty.
  template <class Predicate>
  std::string_view TakeWhile(Predicate is) {
    size_t n = 0;
    while (n < rest_.size() && is(rest_[n])) ++n;
    return TakeCount(n);
  }
  std::string_view TakeCount(size_t n);

  // Nothing when no token character is next.
  std::optional<std::string_view> TakeToken();
  // With its quotes and escapes, as it came; nothing when it does not begin or end here, or is no
  // UTF-8-like text (RFC 3261 quoted-string).
  std::optional<std::string_view> TakeQuoted();

 private:
  std::string_view rest_;
};

// A quoted string's content; other text as it is.
std::string Unquote(std::string_view text);
std::string Quote(std::string_view text);

}  // namespace parley::sip
