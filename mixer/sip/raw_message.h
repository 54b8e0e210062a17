#pragma once

// The first reading of a SIP message (RFC 3261 section 7): start line, header fields unfolded and
// with their long names, body. It holds what even a malformed request must give back in a 400.
// Value, any thread; the bounds are below.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::sip {

inline constexpr size_t kMaxMessageBytes = 64 * 1024;
inline constexpr size_t kMaxHeaders = 256;
inline constexpr size_t kMaxHeaderBytes = 8 * 1024;

// Why a message is refused: the status to answer a request with, and its reason phrase.
struct Fault {
  int status = 400;
  std::string reason;
  bool operator==(const Fault&) const = default;
};

struct Header {
  std::string name;
  std::string value;
  bool operator==(const Header&) const = default;
};

// "v" becomes "Via"; other names stay as they are (RFC 3261 section 7.3.3).
std::string_view LongHeaderName(std::string_view name);

struct RawMessage {
  bool is_request = true;
  std::string method;       // requests
  std::string request_uri;  // requests
  int status = 0;           // responses
  std::string reason;       // responses
  std::vector<Header> headers;
  std::string body;
  // The first thing found wrong; the rest was still read as far as it goes.
  std::optional<Fault> fault;

  // Nothing when this is no SIP message or an unanswerable one: silence is the answer. A datagram's
  // body may run to its end; what a stream framer has cut is whole.
  static std::optional<RawMessage> Parse(std::string_view bytes);

  // The first of that name; nothing when absent.
  std::optional<std::string_view> Find(std::string_view name) const;

  // The answer to a malformed request, with what it must repeat (RFC 3261 section 8.2.6) as it
  // came. Only for requests other than ACK.
  std::string Reject(const Fault& with, std::string_view to_tag) const;
};

}  // namespace parley::sip
