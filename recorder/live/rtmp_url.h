#pragma once

// Where a live composition is sent: rtmp://HOST[:PORT]/APP/KEY, or rtmps. Whoever knows the whole
// of it may broadcast in somebody's name, so that only masked() is shown or logged. Value.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

struct RtmpUrl {
  static constexpr size_t kMostBytes = 1024;

  bool tls = false;
  std::string host;  // in lower case; an IPv6 address without its brackets
  uint16_t port = 0;
  std::string app;
  std::string key;  // with its query

  // Nothing when it is none, or names no app and no key.
  static std::optional<RtmpUrl> Parse(std::string_view text);
  // "rtmps://live.example.org/…"
  std::string masked() const;
  // What the server is told that it was asked for.
  std::string tc_url() const;
  bool operator==(const RtmpUrl&) const = default;
};

}  // namespace parley
