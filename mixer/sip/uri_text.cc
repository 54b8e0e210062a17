#include "mixer/sip/uri_text.h"

#include <algorithm>

#include "mixer/sip/scanner.h"
#include "sfu/base/socket_address.h"

namespace parley::sip {
namespace {

constexpr size_t kMaxHostChars = 255;

int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool IsUnreserved(char c) { return IsAlphanum(c) || std::string_view("-_.!~*'()").contains(c); }

bool HasGoodEscapes(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') continue;
    if (text.size() - i < 3 || HexValue(text[i + 1]) < 0 || HexValue(text[i + 2]) < 0) return false;
  }
  return true;
}

std::string Unescape(std::string_view text) {
  if (!HasGoodEscapes(text)) return std::string(text);
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    plain += static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2]));
    i += 2;
  }
  return plain;
}

std::string EscapeUser(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string escaped;
  for (char c : text) {
    if (IsUnreserved(c) || std::string_view("&=+$,;?/").contains(c)) {
      escaped += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    escaped += '%';
    escaped += kHex[byte >> 4];
    escaped += kHex[byte & 15];
  }
  return escaped;
}

bool IsHost(std::string_view text) {
  if (text.empty() || text.size() > kMaxHostChars) return false;
  if (text.front() == '[') {
    return text.back() == ']' && text.contains(':') &&
           SocketAddress::Parse(text.substr(1, text.size() - 2), 0).has_value();
  }
  // Names of machines hold '_' in the field, whatever RFC 1123 says.
  return text.front() != '.' && text.front() != '-' && !text.contains("..") &&
         std::ranges::all_of(
             text, [](char c) { return IsAlphanum(c) || c == '-' || c == '.' || c == '_'; });
}

}  // namespace parley::sip
