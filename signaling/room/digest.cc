#include "signaling/room/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "sfu/base/check.h"

namespace parley {

Digest256 Sha256(std::string_view text) {
  Digest256 digest{};
  PARLEY_CHECK(
      EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) == 1);
  return digest;
}

Digest256 HmacSha256(std::span<const uint8_t> key, std::string_view text) {
  Digest256 mac{};
  unsigned size = mac.size();
  PARLEY_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                    reinterpret_cast<const uint8_t*>(text.data()), text.size(), mac.data(),
                    &size) != nullptr);
  PARLEY_CHECK(size == mac.size());
  return mac;
}

bool EqualInConstantTime(const Digest256& a, std::span<const uint8_t> b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace parley
