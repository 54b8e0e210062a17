#pragma once

// The client's side of digest authentication (RFC 3261 section 22, RFC 7616, RFC 8760): reads a
// challenge, makes the answer. Values, any thread. Passwords and answers never reach a log.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mixer/sip/message.h"

namespace parley::sip {

struct DigestChallenge {
  enum class Algorithm : uint8_t { kMd5, kSha256, kSha512Of256 };

  std::string realm;
  std::string nonce;
  std::optional<std::string> opaque;
  Algorithm algorithm = Algorithm::kMd5;
  bool session = false;   // "-sess"
  bool qop_auth = false;  // else the old form of RFC 2069
  bool stale = false;

  // The value of WWW-Authenticate or Proxy-Authenticate. Nothing for another scheme or an algorithm
  // or qop that we do not have.
  static std::optional<DigestChallenge> Parse(std::string_view value);
  bool operator==(const DigestChallenge&) const = default;
};

struct Credentials {
  std::string realm;  // the only one they are for
  std::string user;
  std::string password;
};

// The value of Authorization or Proxy-Authorization. `count` is how many requests have used the
// nonce, this one included.
std::string AnswerDigest(const DigestChallenge& challenge, const Credentials& credentials,
                         std::string_view method, std::string_view uri, uint32_t count,
                         std::string_view cnonce);

// The first of a 401's or 407's challenges that we can answer and whose realm the credentials are
// for (RFC 8760 section 2.4: the server's order is its preference).
std::optional<DigestChallenge> ChooseChallenge(const Message& response,
                                               const Credentials& credentials);

}  // namespace parley::sip
