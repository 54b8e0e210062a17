#include "signaling/api/http_fields.h"

#include <algorithm>

namespace parley {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool EqualsIgnoringCase(std::string_view a, std::string_view lower) {
  return std::ranges::equal(a, lower, {}, Lower);
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// RFC 9110 section 11.2, without the padding's place being checked: JWTs have none.
bool IsToken68(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

// RFC 9110 section 8.8.3: etagc, without obs-text.
bool IsEtagChar(char c) { return c == '!' || (c >= '#' && c <= '~'); }

}  // namespace

std::optional<std::string_view> ParseBearer(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() <= kScheme.size() ||
      !EqualsIgnoringCase(authorization.substr(0, kScheme.size()), kScheme)) {
    return std::nullopt;
  }
  const std::string_view token = Trim(authorization.substr(kScheme.size()));
  if (token.empty() || !std::ranges::all_of(token, IsToken68)) return std::nullopt;
  return token;
}

std::optional<IfMatch> ParseIfMatch(std::string_view field) {
  field = Trim(field);
  if (field == "*") return IfMatch{.any = true, .etag = {}};
  if (field.size() < 2 || field.front() != '"' || field.back() != '"') return std::nullopt;
  const std::string_view etag = field.substr(1, field.size() - 2);
  if (!std::ranges::all_of(etag, IsEtagChar)) return std::nullopt;
  return IfMatch{.any = false, .etag = etag};
}

bool IsMediaType(std::string_view content_type, std::string_view type) {
  return EqualsIgnoringCase(Trim(content_type.substr(0, content_type.find(';'))), type);
}

bool IsLoopbackHost(std::string_view host) {
  const size_t colon = host.rfind(':');
  const size_t bracket = host.rfind(']');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || bracket < colon);
  const std::string_view name = has_port ? host.substr(0, colon) : host;
  return EqualsIgnoringCase(name, "localhost") || name == "127.0.0.1" || name == "[::1]";
}

bool IsPlainHost(std::string_view host) {
  return !host.empty() && host.size() <= 255 && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".-:[]").find(c) != std::string_view::npos;
  });
}

std::optional<std::string_view> TakeSegment(std::string_view& path) {
  if (path.size() < 2 || path.front() != '/') return std::nullopt;
  const size_t end = std::min(path.find('/', 1), path.size());
  const std::string_view segment = path.substr(1, end - 1);
  if (segment.empty()) return std::nullopt;
  path.remove_prefix(end);
  return segment;
}

}  // namespace parley
