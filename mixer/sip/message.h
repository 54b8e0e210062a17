#pragma once

// A SIP request or response whose grammar has been checked: what every message must have is typed,
// the rest stays a list of header fields. Parse() reads, ToString() writes; both ways the same
// value. Value, any thread; bounds are RawMessage's.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mixer/sip/name_addr.h"
#include "mixer/sip/raw_message.h"
#include "mixer/sip/uri.h"
#include "mixer/sip/via.h"

namespace parley::sip {

struct CSeq {
  uint32_t number = 0;  // below 2^31 (RFC 3261 section 8.1.1.5)
  std::string method;
  bool operator==(const CSeq&) const = default;
};

struct Message {
  std::string method;  // requests; empty in a response
  Uri request_uri;     // requests
  int status = 0;      // responses; 0 in a request
  std::string reason;  // responses
  std::vector<Via> vias;
  NameAddr from;
  NameAddr to;
  std::string call_id;
  CSeq cseq;
  uint8_t max_forwards = 70;
  std::vector<NameAddr> contacts;
  std::vector<NameAddr> routes;
  std::vector<NameAddr> record_routes;
  std::vector<Header> headers;  // all others
  std::string body;

  static std::expected<Message, Fault> Parse(const RawMessage& raw);
  // Vias, From, To, Call-ID, CSeq and Record-Routes of a request, without a tag of ours
  // (RFC 3261 section 8.2.6.2). An empty reason stands for the usual one.
  static Message ResponseTo(const Message& request, int status, std::string_view reason = {});

  bool is_request() const { return status == 0; }
  bool is(std::string_view request_method) const { return method == request_method; }
  const Via& top_via() const { return vias.front(); }

  // The first of that name among `headers`; nothing when absent.
  std::optional<std::string_view> Find(std::string_view name) const;
  void Add(std::string_view name, std::string_view value);
  // Whether a comma-separated header such as Supported, Require or Allow lists the token.
  bool Lists(std::string_view name, std::string_view token) const;
  std::vector<std::string> List(std::string_view name) const;
  // "application/sdp", lower case, without parameters; empty without a body's type.
  std::string ContentType() const;
  void SetBody(std::string_view type, std::string text);

  std::string ToString() const;
};

// The usual reason phrase (RFC 3261 section 21).
std::string_view ReasonPhrase(int status);

}  // namespace parley::sip
