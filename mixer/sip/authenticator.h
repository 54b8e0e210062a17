#pragma once

// Answers the challenges of one trunk (RFC 3261 section 22.2): only with its realm, only to its
// address; counts what was refused and rests for a while after too many. Owned by its trunk.

#include <cstdint>
#include <optional>
#include <string>

#include "mixer/sip/digest.h"
#include "mixer/sip/flow.h"
#include "sfu/base/random.h"
#include "sfu/base/units.h"

namespace parley::sip {

class Authenticator {
 public:
  // Refusals in a row before no challenge is answered for kRest.
  static constexpr int kMaxFailures = 5;
  static constexpr Duration kRest = Duration::Seconds(300);

  explicit Authenticator(Credentials credentials) : credentials_(std::move(credentials)) {}
  // Where the trunk is, as its name was resolved.
  void SetPeer(const SocketAddress& peer) { peer_ = peer; }

  // Puts the answer to a 401 or 407 into the request that it refused, in place of an earlier one.
  // False when there is none to give, or the last was refused: then the refusal stands.
  bool Answer(const Message& refusal, const Flow& from, Message& request, RandomSource& random,
              Timestamp now);
  // A request with our answer was accepted.
  void Accepted() { failures_in_row_ = 0; }
  uint64_t failures() const { return failures_; }

 private:
  void CountFailure(Timestamp now);

  Credentials credentials_;
  std::optional<SocketAddress> peer_;
  std::string nonce_;
  uint32_t nonce_count_ = 0;
  uint64_t failures_ = 0;
  int failures_in_row_ = 0;
  Timestamp rest_until_;
};

}  // namespace parley::sip
