#include "sfu/transport/srtp_session_keys.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "sfu/base/check.h"

namespace parley {
namespace {

// RFC 3711 section 4.3.2, for RTP.
enum class Label : uint8_t { kCipher = 0, kAuthentication = 1, kSalt = 2 };

// AES in counter mode from the salt with the label in it: section 4.3.3.
void Generate(std::span<const uint8_t> key, std::span<const uint8_t> salt, Label label,
              std::span<uint8_t> out) {
  struct Free {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  };
  std::array<uint8_t, 16> counter{};
  std::copy(salt.begin(), salt.end(), counter.begin());
  counter[7] ^= static_cast<uint8_t>(label);
  const std::unique_ptr<EVP_CIPHER_CTX, Free> context(EVP_CIPHER_CTX_new());
  std::ranges::fill(out, uint8_t{0});
  int n = 0;
  PARLEY_CHECK(context &&
               EVP_EncryptInit_ex(context.get(),
                                  key.size() == 32 ? EVP_aes_256_ctr() : EVP_aes_128_ctr(), nullptr,
                                  key.data(), counter.data()) == 1 &&
               EVP_EncryptUpdate(context.get(), out.data(), &n, out.data(),
                                 static_cast<int>(out.size())) == 1);
}

}  // namespace

SrtpSessionKeys SrtpSessionKeys::Derive(SrtpProfile profile, const SrtpMasterKey& master) {
  SrtpSessionKeys keys;
  keys.cipher_size = SrtpKeySize(profile);
  const std::span<const uint8_t> key = std::span(master).first(keys.cipher_size);
  const std::span<const uint8_t> salt =
      std::span(master).subspan(keys.cipher_size, SrtpSaltSize(profile));
  Generate(key, salt, Label::kCipher, std::span(keys.cipher).first(keys.cipher_size));
  Generate(key, salt, Label::kSalt, std::span(keys.salt).first(SrtpSaltSize(profile)));
  if (profile == SrtpProfile::kAes128CmHmacSha1_80) {
    Generate(key, salt, Label::kAuthentication, keys.authentication);
  }
  return keys;
}

SrtpSessionKeys::~SrtpSessionKeys() {
  OPENSSL_cleanse(cipher.data(), cipher.size());
  OPENSSL_cleanse(salt.data(), salt.size());
  OPENSSL_cleanse(authentication.data(), authentication.size());
}

}  // namespace parley
