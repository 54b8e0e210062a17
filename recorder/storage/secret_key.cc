#include "recorder/storage/secret_key.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <vector>

#include "recorder/storage/hex.h"
#include "sfu/base/check.h"

namespace parley {
namespace {

constexpr size_t kIdBytes = 8;
constexpr size_t kBase64Size = 44;

// With its padding or without.
std::optional<std::vector<uint8_t>> FromBase64(std::string_view text) {
  std::string padded(text);
  if (padded.size() == kBase64Size - 1) padded += '=';
  if (padded.size() != kBase64Size || padded[kBase64Size - 2] == '=' || padded.back() != '=') {
    return std::nullopt;
  }
  std::vector<uint8_t> bytes(kBase64Size);
  const int size = EVP_DecodeBlock(bytes.data(), reinterpret_cast<const uint8_t*>(padded.data()),
                                   static_cast<int>(padded.size()));
  OPENSSL_cleanse(padded.data(), padded.size());
  if (size < static_cast<int>(SecretKey::kSize)) return std::nullopt;
  bytes.resize(SecretKey::kSize);
  return bytes;
}

}  // namespace

std::optional<SecretKey> SecretKey::Parse(std::string_view text) {
  auto bytes = text.size() == 2 * kSize ? FromHex(text) : FromBase64(text);
  if (!bytes) return std::nullopt;
  auto key = FromBytes(*bytes);
  OPENSSL_cleanse(bytes->data(), bytes->size());
  return key;
}

std::optional<SecretKey> SecretKey::FromBytes(std::span<const uint8_t> bytes) {
  if (bytes.size() != kSize) return std::nullopt;
  SecretKey key;
  std::ranges::copy(bytes, key.bytes_.begin());
  return key;
}

SecretKey SecretKey::Random() {
  SecretKey key;
  PARLEY_CHECK(RAND_bytes(key.bytes_.data(), kSize) == 1);
  return key;
}

SecretKey::~SecretKey() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

bool SecretKey::operator==(const SecretKey& other) const {
  return CRYPTO_memcmp(bytes_.data(), other.bytes_.data(), kSize) == 0;
}

std::string SecretKey::ToHex() const { return parley::ToHex(bytes_); }

std::string SecretKey::Id() const {
  return parley::ToHex(Derive("the key's id").bytes().first(kIdBytes));
}

SecretKey SecretKey::Derive(std::string_view purpose) const {
  SecretKey key;
  unsigned int size = 0;
  PARLEY_CHECK(HMAC(EVP_sha256(), bytes_.data(), kSize,
                    reinterpret_cast<const uint8_t*>(purpose.data()), purpose.size(),
                    key.bytes_.data(), &size) != nullptr);
  return key;
}

}  // namespace parley
