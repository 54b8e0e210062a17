#include "mixer/sip/uri.h"

#include <algorithm>

#include "mixer/sip/uri_text.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley::sip {
namespace {

constexpr std::string_view kUserChars = "&=+$,;?/%";
constexpr std::string_view kPasswordChars = "&=+$,%";

bool AllOf(std::string_view text, std::string_view more) {
  return HasGoodEscapes(text) &&
         std::ranges::all_of(text, [&](char c) { return IsUnreserved(c) || more.contains(c); });
}

bool IsScheme(std::string_view text) {
  return !text.empty() && IsAlpha(text.front()) && std::ranges::all_of(text, [](char c) {
    return IsAlphanum(c) || c == '+' || c == '-' || c == '.';
  });
}

// RFC 2396: everything visible but the delimiters that wrap URIs.
bool IsOpaque(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7f && !std::string_view("<>\"").contains(c);
  });
}

bool ParseUserInfo(std::string_view text, Uri& uri) {
  const size_t colon = text.find(':');
  uri.user = text.substr(0, colon);
  if (uri.user.empty() || !AllOf(uri.user, kUserChars)) return false;
  if (colon == std::string_view::npos) return true;
  uri.password = text.substr(colon + 1);
  return AllOf(*uri.password, kPasswordChars);
}

bool ParseHostPort(Scanner& scanner, Uri& uri) {
  if (scanner.Peek() == '[') {
    const size_t end = scanner.rest().find(']');
    if (end == std::string_view::npos) return false;
    uri.host = scanner.TakeCount(end + 1);
  } else {
    uri.host = scanner.TakeWhile([](char c) { return !std::string_view(":;?").contains(c); });
  }
  if (!IsHost(uri.host)) return false;
  if (!scanner.Take(':')) return true;
  uri.port = ParseDecimal<uint16_t>(scanner.TakeWhile(IsDigit));
  return uri.port.has_value();
}

std::optional<Uri> ParseSipUri(Uri uri, std::string_view text) {
  // '@' is escaped everywhere but between user and host.
  const size_t at = text.find('@');
  if (at != std::string_view::npos) {
    if (!ParseUserInfo(text.substr(0, at), uri)) return std::nullopt;
    text.remove_prefix(at + 1);
  }
  Scanner scanner(text);
  if (!ParseHostPort(scanner, uri)) return std::nullopt;
  auto params = Params::ParseUri(scanner);
  if (!params) return std::nullopt;
  uri.params = std::move(*params);
  if (scanner.Take('?')) {
    uri.headers = scanner.rest();
    if (uri.headers.empty() || !AllOf(uri.headers, "[]/?:+$=&%")) return std::nullopt;
    return uri;
  }
  return scanner.AtEnd() ? std::optional(std::move(uri)) : std::nullopt;
}

std::optional<Uri> ParseTelUri(Uri uri, std::string_view text) {
  Scanner scanner(text);
  uri.user = scanner.TakeWhile(
      [](char c) { return IsAlphanum(c) || std::string_view("+-.()*#").contains(c); });
  auto params = Params::ParseUri(scanner);
  if (uri.user.empty() || !params || !scanner.AtEnd()) return std::nullopt;
  uri.params = std::move(*params);
  return uri;
}

}  // namespace

std::optional<Uri> Uri::Parse(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || !IsScheme(text.substr(0, colon))) return std::nullopt;
  Uri uri;
  uri.scheme = AsciiLower(text.substr(0, colon));
  text.remove_prefix(colon + 1);
  if (uri.is_sip()) return ParseSipUri(std::move(uri), text);
  if (uri.scheme == "tel") return ParseTelUri(std::move(uri), text);
  if (!IsOpaque(text)) return std::nullopt;
  uri.opaque = text;
  return uri;
}

Uri Uri::Sip(std::string_view user, std::string_view host, std::optional<uint16_t> port) {
  Uri uri;
  uri.user = EscapeUser(user);
  uri.host = host;
  uri.port = port;
  return uri;
}

std::string Uri::DecodedUser() const { return Unescape(user); }

std::string Uri::ToString() const {
  std::string text = scheme + ':';
  if (!is_sip() && scheme != "tel") return text + opaque;
  text += user;
  if (password) text += ':' + *password;
  if (is_sip() && !user.empty()) text += '@';
  text += host;
  if (port) text += ':' + std::to_string(*port);
  text += params.ToString();
  if (!headers.empty()) text += '?' + headers;
  return text;
}

}  // namespace parley::sip
