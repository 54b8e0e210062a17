#include "recorder/live/rtmp_url.h"

#include <algorithm>
#include <charconv>

namespace parley {
namespace {

constexpr uint16_t kPort = 1935;
constexpr uint16_t kTlsPort = 443;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}
bool IsV6Character(char c) {
  return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == ':' || c == '.';
}

}  // namespace

std::optional<RtmpUrl> RtmpUrl::Parse(std::string_view text) {
  if (text.size() > kMostBytes) return std::nullopt;
  if (!std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; })) return std::nullopt;
  RtmpUrl url;
  const auto take = [&text](std::string_view prefix) {
    const bool is = text.size() >= prefix.size() &&
                    std::ranges::equal(text.substr(0, prefix.size()), prefix, {}, Lower);
    if (is) text.remove_prefix(prefix.size());
    return is;
  };
  if (take("rtmps://")) {
    url.tls = true;
  } else if (!take("rtmp://")) {
    return std::nullopt;
  }
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  std::string_view authority = text.substr(0, slash);
  const std::string_view path = text.substr(slash + 1);
  const bool v6 = authority.starts_with('[');
  const size_t host_end =
      v6 ? authority.find(']') : std::min(authority.find(':'), authority.size());
  if (host_end == std::string_view::npos) return std::nullopt;
  const std::string_view host =
      v6 ? authority.substr(1, host_end - 1) : authority.substr(0, host_end);
  std::ranges::transform(host, std::back_inserter(url.host), Lower);
  if (url.host.empty() || !std::ranges::all_of(url.host, v6 ? IsV6Character : IsHostCharacter)) {
    return std::nullopt;
  }
  authority.remove_prefix(host_end + (v6 ? 1 : 0));
  url.port = url.tls ? kTlsPort : kPort;
  if (!authority.empty()) {
    if (authority.front() != ':') return std::nullopt;
    authority.remove_prefix(1);
    const auto [rest, error] =
        std::from_chars(authority.data(), authority.data() + authority.size(), url.port);
    if (error != std::errc() || rest != authority.data() + authority.size() || url.port == 0) {
      return std::nullopt;
    }
  }
  const size_t last = path.substr(0, path.find('?')).rfind('/');
  if (last == std::string_view::npos) return std::nullopt;
  url.app = path.substr(0, last);
  url.key = path.substr(last + 1);
  if (url.app.empty() || url.key.empty() || url.key.starts_with('?')) return std::nullopt;
  return url;
}

std::string RtmpUrl::masked() const {
  const std::string name = host.contains(':') ? '[' + host + ']' : host;
  return (tls ? "rtmps://" : "rtmp://") + name + "/…";
}

std::string RtmpUrl::tc_url() const {
  const std::string name = host.contains(':') ? '[' + host + ']' : host;
  const bool usual = port == (tls ? kTlsPort : kPort);
  return (tls ? "rtmps://" : "rtmp://") + name + (usual ? "" : ':' + std::to_string(port)) + '/' +
         app;
}

}  // namespace parley
