#pragma once

// AES-256-GCM (NIST SP 800-38D) under one key, through OpenSSL. A nonce must never come twice. One
// thread.

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "recorder/storage/secret_key.h"

namespace parley {

class AesGcm {
 public:
  static constexpr size_t kNonceSize = 12;
  static constexpr size_t kTagSize = 16;
  using Nonce = std::array<uint8_t, kNonceSize>;

  explicit AesGcm(const SecretKey& key);

  // `out` has kTagSize bytes more than `plain`: the tag stands behind the ciphertext. `known` is
  // authenticated with it.
  void Seal(const Nonce& nonce, std::span<const uint8_t> known, std::span<const uint8_t> plain,
            std::span<uint8_t> out);
  // `out` has kTagSize bytes less than `sealed`. False when that is not what was sealed; then
  // `out` is zero.
  [[nodiscard]] bool Open(const Nonce& nonce, std::span<const uint8_t> known,
                          std::span<const uint8_t> sealed, std::span<uint8_t> out);

 private:
  struct Free {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  };
  std::unique_ptr<EVP_CIPHER_CTX, Free> sealing_;
  std::unique_ptr<EVP_CIPHER_CTX, Free> opening_;
};

// A short text under a random nonce, as hexadecimal digits. `purpose`: what it is, and of what;
// opened for another it is nothing.
std::string SealText(const SecretKey& key, std::string_view purpose,
                     std::span<const uint8_t> plain);
std::optional<std::vector<uint8_t>> OpenText(const SecretKey& key, std::string_view purpose,
                                             std::string_view sealed);

}  // namespace parley
