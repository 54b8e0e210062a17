#include "signaling/net/lws_request.h"

#include <libwebsockets.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace parley {
namespace {

std::string Header(struct lws* wsi, enum lws_token_indexes token) {
  int length = lws_hdr_total_length(wsi, token);
  if (length <= 0) return {};
  std::string value(static_cast<size_t>(length) + 1, '\0');
  int copied = lws_hdr_copy(wsi, value.data(), length + 1, token);
  value.resize(copied > 0 ? static_cast<size_t>(copied) : 0);
  return value;
}

// Of one that libwebsockets does not know; `name` in lower case, with its colon.
std::string CustomHeader(struct lws* wsi, const std::string& name) {
  const int size = static_cast<int>(name.size());
  const int length = lws_hdr_custom_length(wsi, name.data(), size);
  if (length <= 0) return {};
  std::string value(static_cast<size_t>(length) + 1, '\0');
  const int copied = lws_hdr_custom_copy(wsi, value.data(), length + 1, name.data(), size);
  value.resize(copied > 0 ? static_cast<size_t>(copied) : 0);
  return value;
}

// A string as RFC 8941 section 3.3.3 has it, of which keys need no escapes, or as it is.
std::string Unquoted(std::string text) {
  if (text.size() < 2 || !text.starts_with('"') || !text.ends_with('"')) return text;
  return text.substr(1, text.size() - 2);
}

std::vector<std::string> Query(struct lws* wsi) {
  std::vector<std::string> query;
  for (int i = 0;; ++i) {
    std::array<char, 1024> value;
    const int size =
        lws_hdr_copy_fragment(wsi, value.data(), value.size(), WSI_TOKEN_HTTP_URI_ARGS, i);
    if (size < 0) return query;
    query.emplace_back(value.data(), static_cast<size_t>(size));
  }
}

struct MethodToken {
  HttpMethod method;
  enum lws_token_indexes token;
};

constexpr MethodToken kMethods[] = {
    {HttpMethod::kGet, WSI_TOKEN_GET_URI},         {HttpMethod::kHead, WSI_TOKEN_HEAD_URI},
    {HttpMethod::kPost, WSI_TOKEN_POST_URI},       {HttpMethod::kPut, WSI_TOKEN_PUT_URI},
    {HttpMethod::kPatch, WSI_TOKEN_PATCH_URI},     {HttpMethod::kDelete, WSI_TOKEN_DELETE_URI},
    {HttpMethod::kOptions, WSI_TOKEN_OPTIONS_URI},
};

}  // namespace

HttpRequest ReadRequest(struct lws* wsi) {
  HttpRequest request;
  request.method = HttpMethod::kOther;
  for (const MethodToken& m : kMethods) {
    if (lws_hdr_total_length(wsi, m.token) > 0) {
      request.method = m.method;
      request.path = Header(wsi, m.token);
      break;
    }
  }
  request.query = Query(wsi);
  request.host = Header(wsi, WSI_TOKEN_HOST);
  request.origin = Header(wsi, WSI_TOKEN_ORIGIN);
  request.authorization = Header(wsi, WSI_TOKEN_HTTP_AUTHORIZATION);
  request.content_type = Header(wsi, WSI_TOKEN_HTTP_CONTENT_TYPE);
  request.if_match = Header(wsi, WSI_TOKEN_HTTP_IF_MATCH);
  request.if_none_match = Header(wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH);
  request.accept_encoding = Header(wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING);
  request.range = Header(wsi, WSI_TOKEN_HTTP_RANGE);
  request.idempotency_key = Unquoted(CustomHeader(wsi, "idempotency-key:"));
  return request;
}

bool OffersSubprotocol(struct lws* wsi, std::string_view name) {
  std::string offered = Header(wsi, WSI_TOKEN_PROTOCOL);
  std::string_view rest = offered;
  while (!rest.empty()) {
    size_t comma = std::min(rest.find(','), rest.size());
    std::string_view item = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (item == name) return true;
  }
  return false;
}

std::expected<uint64_t, int> BodyLength(struct lws* wsi, HttpMethod method) {
  if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0) return std::unexpected(501);
  bool wants_body =
      method == HttpMethod::kPost || method == HttpMethod::kPut || method == HttpMethod::kPatch;
  if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) <= 0) {
    if (wants_body) return std::unexpected(411);
    return 0;
  }
  std::string text = Header(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH);
  uint64_t length = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc() || end != text.data() + text.size()) return std::unexpected(400);
  return length;
}

SocketAddress PeerOf(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (getpeername(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  if (storage.ss_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &storage, sizeof v4);
    std::array<uint8_t, 4> ip;
    std::memcpy(ip.data(), &v4.sin_addr, ip.size());
    return SocketAddress::V4(ip, ntohs(v4.sin_port));
  }
  if (storage.ss_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &storage, sizeof v6);
    std::array<uint8_t, 16> ip;
    std::memcpy(ip.data(), &v6.sin6_addr, ip.size());
    return SocketAddress::V6(ip, ntohs(v6.sin6_port));
  }
  return {};
}

}  // namespace parley
