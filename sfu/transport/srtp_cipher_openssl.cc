#include "sfu/transport/srtp_cipher_openssl.h"

#include <openssl/evp.h>

#include <memory>

#include "sfu/base/check.h"

namespace parley {
namespace {

struct FreeCipherContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeCipherContext>;

CipherContext MakeContext(const EVP_CIPHER* cipher, std::span<const uint8_t> key) {
  CipherContext context(EVP_CIPHER_CTX_new());
  PARLEY_CHECK(context && EVP_CipherInit_ex(context.get(), cipher, nullptr, key.data(), nullptr,
                                            /*enc=*/1) == 1);
  return context;
}

int Size(std::span<const uint8_t> bytes) { return static_cast<int>(bytes.size()); }

class GcmKey {
 public:
  explicit GcmKey(std::span<const uint8_t> key)
      : context_(MakeContext(key.size() == 32 ? EVP_aes_256_gcm() : EVP_aes_128_gcm(), key)) {}

  void Seal(const uint8_t* iv, std::span<const uint8_t> aad, std::span<uint8_t> data,
            uint8_t* tag) {
    uint8_t end[16];
    int n = 0;
    PARLEY_CHECK(Run(iv, aad, data, 1) && EVP_CipherFinal_ex(context_.get(), end, &n) == 1 &&
                 EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, 16, tag) == 1);
  }
  bool Open(const uint8_t* iv, std::span<const uint8_t> aad, std::span<uint8_t> data,
            std::span<const uint8_t> tag) {
    uint8_t end[16];
    int n = 0;
    // OpenSSL copies the tag.
    return Run(iv, aad, data, 0) &&
           EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, Size(tag),
                               const_cast<uint8_t*>(tag.data())) == 1 &&
           EVP_CipherFinal_ex(context_.get(), end, &n) == 1;
  }

 private:
  bool Run(const uint8_t* iv, std::span<const uint8_t> aad, std::span<uint8_t> data, int encrypt) {
    int n = 0;
    return EVP_CipherInit_ex(context_.get(), nullptr, nullptr, nullptr, iv, encrypt) == 1 &&
           (aad.empty() ||
            EVP_CipherUpdate(context_.get(), nullptr, &n, aad.data(), Size(aad)) == 1) &&
           (data.empty() ||
            EVP_CipherUpdate(context_.get(), data.data(), &n, data.data(), Size(data)) == 1);
  }
  CipherContext context_;
};

class CtrKey {
 public:
  explicit CtrKey(std::span<const uint8_t> key)
      : context_(MakeContext(key.size() == 32 ? EVP_aes_256_ctr() : EVP_aes_128_ctr(), key)) {}

  void Xor(const uint8_t* counter, std::span<uint8_t> data) {
    int n = 0;
    PARLEY_CHECK(EVP_CipherInit_ex(context_.get(), nullptr, nullptr, nullptr, counter, 1) == 1 &&
                 EVP_CipherUpdate(context_.get(), data.data(), &n, data.data(), Size(data)) == 1);
  }

 private:
  CipherContext context_;
};

struct Engine {
  using GcmKey = ::parley::GcmKey;
  using CtrKey = ::parley::CtrKey;
  using CmSealer = srtp_sealer::CmHmac<CtrKey>;
  static void FinishSealing() {}
};

}  // namespace

SrtpCipherSet OpensslCiphers() { return MakeSrtpCipherSet<Engine>("OpenSSL EVP"); }

}  // namespace parley
