#pragma once

// Keys for tests, from the raw values that RFCs print.

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <string>
#include <string_view>
#include <vector>

#include "sfu/base/base64url.h"
#include "signaling/api/jwt_key.h"

namespace parley {

inline JwtKey SecretKey(std::string_view base64url) {
  return *JwtKey::FromSecret(*DecodeBase64Url(base64url));
}

inline std::string PemOf(EVP_PKEY* key, bool secret) {
  BIO* bio = BIO_new(BIO_s_mem());
  if (secret) {
    PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  } else {
    PEM_write_bio_PUBKEY(bio, key);
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<size_t>(size));
  BIO_free(bio);
  EVP_PKEY_free(key);
  return pem;
}

inline std::string Ed25519PublicPem(std::string_view x) {
  const auto raw = *DecodeBase64Url(x);
  return PemOf(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw.data(), raw.size()),
               false);
}

inline std::string Ed25519PrivatePem(std::string_view d) {
  const auto raw = *DecodeBase64Url(d);
  return PemOf(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw.data(), raw.size()),
               true);
}

inline std::string RsaPublicPem(std::string_view n, std::string_view e) {
  const auto modulus = *DecodeBase64Url(n);
  const auto exponent = *DecodeBase64Url(e);
  BIGNUM* bn_n = BN_bin2bn(modulus.data(), static_cast<int>(modulus.size()), nullptr);
  BIGNUM* bn_e = BN_bin2bn(exponent.data(), static_cast<int>(exponent.size()), nullptr);
  OSSL_PARAM_BLD* build = OSSL_PARAM_BLD_new();
  OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, bn_n);
  OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, bn_e);
  OSSL_PARAM* params = OSSL_PARAM_BLD_to_param(build);
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nullptr);
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata_init(context);
  EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params);
  EVP_PKEY_CTX_free(context);
  OSSL_PARAM_free(params);
  OSSL_PARAM_BLD_free(build);
  BN_free(bn_n);
  BN_free(bn_e);
  return PemOf(key, false);
}

}  // namespace parley
