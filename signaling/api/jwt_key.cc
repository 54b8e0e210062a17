#include "signaling/api/jwt_key.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <utility>

#include "sfu/base/check.h"
#include "signaling/room/digest.h"

namespace parley {
namespace {

constexpr size_t kMinSecretBytes = 32;  // RFC 7518 section 3.2
constexpr int kMinRsaBits = 2048;       // RFC 7518 section 3.3

struct ContextDeleter {
  void operator()(EVP_MD_CTX* c) const { EVP_MD_CTX_free(c); }
};
using ContextPtr = std::unique_ptr<EVP_MD_CTX, ContextDeleter>;

const EVP_MD* DigestFor(JwtAlgorithm algorithm) {
  return algorithm == JwtAlgorithm::kEdDsa ? nullptr : EVP_sha256();
}

}  // namespace

struct JwtKey::Pkey {
  explicit Pkey(EVP_PKEY* k) : key(k) {}
  ~Pkey() { EVP_PKEY_free(key); }
  Pkey(const Pkey&) = delete;
  Pkey& operator=(const Pkey&) = delete;
  EVP_PKEY* key;
};

std::string_view ToString(JwtAlgorithm algorithm) {
  switch (algorithm) {
    case JwtAlgorithm::kHs256:
      return "HS256";
    case JwtAlgorithm::kRs256:
      return "RS256";
    case JwtAlgorithm::kEdDsa:
      return "EdDSA";
  }
  return {};
}

JwtKey::JwtKey(JwtAlgorithm algorithm, bool can_sign)
    : algorithm_(algorithm), can_sign_(can_sign) {}
JwtKey::JwtKey(JwtKey&&) noexcept = default;
JwtKey& JwtKey::operator=(JwtKey&&) noexcept = default;
JwtKey::~JwtKey() { OPENSSL_cleanse(secret_.data(), secret_.size()); }

std::expected<JwtKey, std::string> JwtKey::FromSecret(std::span<const uint8_t> secret) {
  if (secret.size() < kMinSecretBytes) {
    return std::unexpected("an HS256 secret needs at least 32 bytes; this one has " +
                           std::to_string(secret.size()));
  }
  JwtKey key(JwtAlgorithm::kHs256, true);
  key.secret_.assign(secret.begin(), secret.end());
  return key;
}

std::expected<JwtKey, std::string> JwtKey::FromPem(std::string_view pem) {
  auto open = [&] { return BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())); };
  char no_password[] = "";  // an encrypted key fails instead of asking the terminal
  BIO* bio = open();
  EVP_PKEY* pkey = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, no_password);
  BIO_free(bio);
  const bool can_sign = pkey != nullptr;
  if (!pkey) {
    bio = open();
    pkey = PEM_read_bio_PUBKEY(bio, nullptr, nullptr, no_password);
    BIO_free(bio);
  }
  ERR_clear_error();
  if (!pkey) return std::unexpected("no PEM public or private key without a password");
  auto owned = std::make_unique<Pkey>(pkey);
  const int type = EVP_PKEY_get_base_id(pkey);
  if (type == EVP_PKEY_RSA && EVP_PKEY_get_bits(pkey) < kMinRsaBits) {
    return std::unexpected("an RSA key needs at least 2048 bits; this one has " +
                           std::to_string(EVP_PKEY_get_bits(pkey)));
  }
  if (type != EVP_PKEY_RSA && type != EVP_PKEY_ED25519) {
    return std::unexpected("the key must be RSA (RS256) or Ed25519 (EdDSA)");
  }
  JwtKey key(type == EVP_PKEY_RSA ? JwtAlgorithm::kRs256 : JwtAlgorithm::kEdDsa, can_sign);
  key.pkey_ = std::move(owned);
  return key;
}

std::vector<uint8_t> JwtKey::Sign(std::string_view input) const {
  PARLEY_CHECK(can_sign_);
  if (!pkey_) {
    const auto mac = HmacSha256(secret_, input);
    return {mac.begin(), mac.end()};
  }
  ContextPtr context(EVP_MD_CTX_new());
  const auto* data = reinterpret_cast<const uint8_t*>(input.data());
  size_t size = 0;
  PARLEY_CHECK(
      EVP_DigestSignInit(context.get(), nullptr, DigestFor(algorithm_), nullptr, pkey_->key) == 1);
  PARLEY_CHECK(EVP_DigestSign(context.get(), nullptr, &size, data, input.size()) == 1);
  std::vector<uint8_t> signature(size);
  PARLEY_CHECK(EVP_DigestSign(context.get(), signature.data(), &size, data, input.size()) == 1);
  signature.resize(size);
  return signature;
}

bool JwtKey::Verify(std::string_view input, std::span<const uint8_t> signature) const {
  if (!pkey_) {
    const auto mac = HmacSha256(secret_, input);
    return signature.size() == mac.size() &&
           CRYPTO_memcmp(signature.data(), mac.data(), mac.size()) == 0;
  }
  ContextPtr context(EVP_MD_CTX_new());
  const bool good =
      EVP_DigestVerifyInit(context.get(), nullptr, DigestFor(algorithm_), nullptr, pkey_->key) ==
          1 &&
      EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                       reinterpret_cast<const uint8_t*>(input.data()), input.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace parley
