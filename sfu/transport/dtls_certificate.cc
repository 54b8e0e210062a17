#include "sfu/transport/dtls_certificate.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

namespace parley {
namespace {

constexpr int64_t kDay = 24 * 60 * 60;

std::unique_ptr<evp_pkey_st, FreeEvpPkey> MakeKey(DtlsCertificate::Kind kind) {
  EVP_PKEY* key =
      kind == DtlsCertificate::Kind::kEcdsaP256 ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048);
  return std::unique_ptr<evp_pkey_st, FreeEvpPkey>(key);
}

bool FillIn(X509* certificate, EVP_PKEY* key, int64_t now_unix, int days) {
  uint64_t serial = 0;
  if (RAND_bytes(reinterpret_cast<uint8_t*>(&serial), sizeof(serial)) != 1) return false;
  serial >>= 1;  // positive
  X509_NAME* name = X509_get_subject_name(certificate);
  auto text = [](const char* s) { return reinterpret_cast<const uint8_t*>(s); };
  return X509_set_version(certificate, X509_VERSION_3) == 1 &&
         ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) == 1 &&
         ASN1_TIME_set(X509_getm_notBefore(certificate), now_unix - kDay) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), now_unix + days * kDay) != nullptr &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text("Parley"), -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1 &&
         X509_sign(certificate, key, EVP_sha256()) != 0;
}

}  // namespace

void FreeEvpPkey::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }
void FreeX509::operator()(x509_st* certificate) const { X509_free(certificate); }

std::expected<DtlsCertificate, std::string> DtlsCertificate::Generate(Kind kind, int64_t now_unix,
                                                                      int days) {
  DtlsCertificate result;
  result.key = MakeKey(kind);
  result.certificate.reset(X509_new());
  if (!result.key || !result.certificate ||
      !FillIn(result.certificate.get(), result.key.get(), now_unix, days)) {
    return std::unexpected("OpenSSL could not make a certificate for DTLS");
  }
  uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (X509_digest(result.certificate.get(), EVP_sha256(), digest, &size) != 1) {
    return std::unexpected("OpenSSL could not hash the certificate for DTLS");
  }
  result.fingerprint = {"sha-256", std::vector<uint8_t>(digest, digest + size)};
  return result;
}

std::expected<DtlsIdentity, std::string> DtlsIdentity::Generate(int64_t now_unix) {
  DtlsIdentity identity;
  for (auto kind : {DtlsCertificate::Kind::kEcdsaP256, DtlsCertificate::Kind::kRsa2048}) {
    auto certificate = DtlsCertificate::Generate(kind, now_unix);
    if (!certificate) return std::unexpected(certificate.error());
    identity.fingerprints_.push_back(certificate->fingerprint);
    identity.certificates_.push_back(std::move(*certificate));
  }
  return identity;
}

std::expected<DtlsIdentity, std::string> DtlsIdentity::Generate(DtlsCertificate::Kind kind,
                                                                int64_t now_unix) {
  auto certificate = DtlsCertificate::Generate(kind, now_unix);
  if (!certificate) return std::unexpected(certificate.error());
  DtlsIdentity identity;
  identity.fingerprints_.push_back(certificate->fingerprint);
  identity.certificates_.push_back(std::move(*certificate));
  return identity;
}

}  // namespace parley
