#pragma once

// One key for signing or checking JSON Web Signatures, bound to the one algorithm that it is for
// (RFC 8725 section 3.1): HS256 with a secret of at least 32 bytes, RS256 with RSA of at least 2048
// bits, EdDSA with Ed25519 (RFC 8037). Immutable; any thread.

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

enum class JwtAlgorithm : uint8_t { kHs256, kRs256, kEdDsa };

// As the header's "alg" names it.
std::string_view ToString(JwtAlgorithm algorithm);

class JwtKey {
 public:
  // Errors are sentences for the operator.
  static std::expected<JwtKey, std::string> FromSecret(std::span<const uint8_t> secret);
  // A public key only checks, a private key signs too.
  static std::expected<JwtKey, std::string> FromPem(std::string_view pem);

  JwtKey(JwtKey&&) noexcept;
  JwtKey& operator=(JwtKey&&) noexcept;
  ~JwtKey();

  JwtAlgorithm algorithm() const { return algorithm_; }
  bool can_sign() const { return can_sign_; }
  // The header's "kid" (RFC 7515 section 4.1.4); empty when it has none.
  const std::string& id() const { return id_; }
  void set_id(std::string id) { id_ = std::move(id); }

  // Only when can_sign().
  std::vector<uint8_t> Sign(std::string_view input) const;
  bool Verify(std::string_view input, std::span<const uint8_t> signature) const;

 private:
  struct Pkey;
  JwtKey(JwtAlgorithm algorithm, bool can_sign);

  JwtAlgorithm algorithm_;
  bool can_sign_;
  std::string id_;
  std::vector<uint8_t> secret_;  // kHs256 only
  std::unique_ptr<Pkey> pkey_;   // the others
};

}  // namespace parley
