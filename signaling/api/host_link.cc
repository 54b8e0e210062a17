#include "signaling/api/host_link.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "sfu/base/base64url.h"
#include "sfu/base/check.h"

namespace parley {
namespace {

std::array<uint8_t, 32> Sha256(std::string_view text) {
  std::array<uint8_t, 32> digest{};
  PARLEY_CHECK(
      EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) == 1);
  return digest;
}

}  // namespace

std::string HostLink::Renew(RandomSource& random) {
  std::array<uint8_t, 32> bytes;
  random.Fill(bytes);
  std::string secret = EncodeBase64Url(bytes);
  hash_ = Sha256(secret);
  valid_ = true;
  return secret;
}

bool HostLink::Redeem(std::string_view secret) {
  const auto hash = Sha256(secret);
  if (!valid_ || CRYPTO_memcmp(hash.data(), hash_.data(), hash.size()) != 0) return false;
  valid_ = false;
  return true;
}

}  // namespace parley
