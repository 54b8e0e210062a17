#include "mixer/sip/stream_framer.h"

#include <algorithm>
#include <optional>

#include "mixer/sip/raw_message.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley::sip {
namespace {

// The body's length as the head says it; nothing when that is missing, double or no number.
std::optional<size_t> BodyLength(std::string_view head) {
  const auto raw = RawMessage::Parse(head);
  if (!raw) return std::nullopt;
  std::optional<size_t> length;
  for (const Header& header : raw->headers) {
    if (!EqualsIgnoreCase(header.name, "Content-Length")) continue;
    const auto value = ParseDecimal<size_t>(header.value);
    if (!value || (length && *length != *value)) return std::nullopt;
    length = value;
  }
  return length;
}

}  // namespace

StreamFramer::Next StreamFramer::Poll() {
  buffer_.erase(0, taken_);
  taken_ = 0;
  if (broken_) return Next::kNothing;
  if (buffer_.starts_with("\r\n\r\n")) {
    taken_ = 4;
    return Next::kKeepalive;
  }
  if (buffer_.starts_with("\r\n") && buffer_.size() > 2 && buffer_[2] != '\r') buffer_.erase(0, 2);
  const size_t head_end = buffer_.find("\r\n\r\n");
  if (head_end == std::string::npos || buffer_.starts_with("\r\n")) {
    broken_ = buffer_.size() > kMaxMessageBytes;
    return broken_ ? Next::kBroken : Next::kNothing;
  }
  const size_t head = head_end + 4;
  const auto body = BodyLength(std::string_view(buffer_).substr(0, head));
  if (!body || *body > kMaxMessageBytes - std::min(head, kMaxMessageBytes)) {
    broken_ = true;
    taken_ = std::min(buffer_.size(), kMaxMessageBytes);
    return Next::kBroken;
  }
  if (buffer_.size() < head + *body) return Next::kNothing;
  taken_ = head + *body;
  return Next::kMessage;
}

}  // namespace parley::sip
