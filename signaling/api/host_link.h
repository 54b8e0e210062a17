#pragma once

// The one-time link that makes somebody the host of a server without keys: a secret printed at
// start, kept here only as its hash, good for one redemption. Signaling thread.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "sfu/base/random.h"

namespace parley {

class HostLink {
 public:
  // Makes a new secret of 32 random bytes (base64url) and voids the one before.
  std::string Renew(RandomSource& random);
  // True once, for the right secret. Compared in constant time.
  bool Redeem(std::string_view secret);

 private:
  bool valid_ = false;
  std::array<uint8_t, 32> hash_{};
};

}  // namespace parley
