#pragma once

// Cuts a TCP or TLS stream into SIP messages by Content-Length (RFC 3261 section 18.3) and answers
// the keepalives of RFC 5626 section 3.5.1. One per connection; holds at most one message.

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::sip {

class StreamFramer {
 public:
  enum class Next : uint8_t {
    kNothing,    // more bytes are needed
    kMessage,    // message() is whole
    kKeepalive,  // a ping: answer with one CRLF
    kBroken,     // no message can be cut any more: answer message() if it can be, then close
  };

  void Append(std::string_view bytes) { buffer_ += bytes; }
  Next Poll();
  // Good until the next Poll() or Append().
  std::string_view message() const { return std::string_view(buffer_).substr(0, taken_); }

 private:
  std::string buffer_;
  size_t taken_ = 0;  // of the front, given out by the last Poll()
  bool broken_ = false;
};

}  // namespace parley::sip
