#include "signaling/api/host_link.h"

#include "sfu/base/base64url.h"
#include "signaling/room/digest.h"

namespace parley {

std::string HostLink::Renew(RandomSource& random) {
  std::array<uint8_t, 32> bytes;
  random.Fill(bytes);
  std::string secret = EncodeBase64Url(bytes);
  hash_ = Sha256(secret);
  valid_ = true;
  return secret;
}

bool HostLink::Redeem(std::string_view secret) {
  if (!valid_ || !EqualInConstantTime(Sha256(secret), hash_)) return false;
  valid_ = false;
  return true;
}

}  // namespace parley
