#include "mixer/sip/scanner.h"

#include <algorithm>

namespace parley::sip {

bool IsToken(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, IsTokenChar);
}

void Scanner::SkipSpace() {
  TakeWhile([](char c) { return c == ' ' || c == '\t'; });
}

bool Scanner::TakeSeparator(char c) {
  const std::string_view before = rest_;
  SkipSpace();
  if (!Take(c)) {
    rest_ = before;
    return false;
  }
  SkipSpace();
  return true;
}

bool Scanner::Take(char c) {
  if (rest_.empty() || rest_.front() != c) return false;
  rest_.remove_prefix(1);
  return true;
}

std::string_view Scanner::TakeCount(size_t n) {
  const std::string_view taken = rest_.substr(0, n);
  rest_.remove_prefix(taken.size());
  return taken;
}

std::optional<std::string_view> Scanner::TakeToken() {
  const std::string_view token = TakeWhile(IsTokenChar);
  if (token.empty()) return std::nullopt;
  return token;
}

std::optional<std::string_view> Scanner::TakeQuoted() {
  if (Peek() != '"') return std::nullopt;
  for (size_t i = 1; i < rest_.size(); ++i) {
    const char c = rest_[i];
    if (c == '"') return TakeCount(i + 1);
    if (c == '\\') {
      // RFC 3261 section 25.1 quoted-pair: any ASCII but CR and LF, which no line holds.
      if (++i == rest_.size() || static_cast<unsigned char>(rest_[i]) > 0x7f) return std::nullopt;
    } else if ((static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7f) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

std::string Unquote(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  text = text.substr(1, text.size() - 2);
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    plain += text[i];
  }
  return plain;
}

std::string Quote(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    const bool escaped =
        c == '"' || c == '\\' || (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7f;
    if (escaped) quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace parley::sip
