#pragma once

// The server's identity towards its peers: one ECDSA P-256 and one RSA-2048 self-signed
// certificate, made at start and never written down (RFC 8827 section 6.5 wants fingerprints, not
// chains). Immutable after Generate(); shared by reference between threads.

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/port/media_params.h"

struct evp_pkey_st;
struct x509_st;

namespace parley {

struct FreeEvpPkey {
  void operator()(evp_pkey_st* key) const;
};
struct FreeX509 {
  void operator()(x509_st* certificate) const;
};

// One self-signed certificate and its key.
struct DtlsCertificate {
  enum class Kind : uint8_t { kEcdsaP256, kRsa2048 };

  std::unique_ptr<evp_pkey_st, FreeEvpPkey> key;
  std::unique_ptr<x509_st, FreeX509> certificate;
  DtlsFingerprint fingerprint;  // sha-256

  // `now_unix` in seconds since 1970; valid from a day before it for `days`.
  static std::expected<DtlsCertificate, std::string> Generate(Kind kind, int64_t now_unix,
                                                              int days = 365);
};

class DtlsIdentity {
 public:
  // Both kinds, ECDSA first: what a server uses. About 50 ms, most of it RSA.
  static std::expected<DtlsIdentity, std::string> Generate(int64_t now_unix);
  // A single kind: test clients.
  static std::expected<DtlsIdentity, std::string> Generate(DtlsCertificate::Kind kind,
                                                           int64_t now_unix);

  const std::vector<DtlsCertificate>& certificates() const { return certificates_; }
  const std::vector<DtlsFingerprint>& fingerprints() const { return fingerprints_; }

 private:
  std::vector<DtlsCertificate> certificates_;
  std::vector<DtlsFingerprint> fingerprints_;
};

}  // namespace parley
