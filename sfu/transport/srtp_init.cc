#include <srtp2/auth.h>
#include <srtp2/srtp.h>

#include <atomic>
#include <mutex>

#include "sfu/base/check.h"
#include "sfu/transport/srtp_auth_hmac_sha1.h"
#include "sfu/transport/srtp_cipher_ipsec_mb.h"
#include "sfu/transport/srtp_cipher_openssl.h"
#include "sfu/transport/srtp_session.h"

namespace parley {
namespace {

const char* cipher_name = "none";
std::unique_ptr<SrtpSealer> (*make_sealer)(SrtpProfile, const SrtpSessionKeys&) = nullptr;
void (*finish_sealing)() = nullptr;

void UseForSending(const SrtpCipherSet& set) {
  cipher_name = set.name;
  make_sealer = set.make_sealer;
  finish_sealing = set.finish_sealing;
}

bool Replace(const SrtpCipherSet& set) {
  // libsrtp runs its own and our known-answer tests before it takes one.
  return srtp_replace_cipher_type(set.gcm128, SRTP_AES_GCM_128) == srtp_err_status_ok &&
         srtp_replace_cipher_type(set.gcm256, SRTP_AES_GCM_256) == srtp_err_status_ok &&
         srtp_replace_cipher_type(set.icm128, SRTP_AES_ICM_128) == srtp_err_status_ok &&
         srtp_replace_cipher_type(set.icm256, SRTP_AES_ICM_256) == srtp_err_status_ok;
}

void Init() {
  PARLEY_CHECK(srtp_init() == srtp_err_status_ok);
  std::optional<SrtpCipherSet> fast = IpsecMbCiphers();
  if (fast && Replace(*fast)) {
    UseForSending(*fast);
  } else {
    SrtpCipherSet set = OpensslCiphers();
    PARLEY_CHECK(Replace(set));
    UseForSending(set);
  }
  PARLEY_CHECK(srtp_replace_auth_type(&HmacSha1AuthType(), SRTP_HMAC_SHA1) == srtp_err_status_ok);
}

}  // namespace

void InitSrtp() {
  static std::once_flag once;
  std::call_once(once, &Init);
}

std::unique_ptr<SrtpSealer> MakeSrtpSealer(SrtpProfile profile, const SrtpSessionKeys& keys) {
  PARLEY_CHECK(make_sealer != nullptr);
  return make_sealer(profile, keys);
}

void FinishSealing() {
  PARLEY_CHECK(finish_sealing != nullptr);
  finish_sealing();
}

const char* SrtpCipherName() { return cipher_name; }

}  // namespace parley
