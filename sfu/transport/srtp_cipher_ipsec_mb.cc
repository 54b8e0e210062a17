#include "sfu/transport/srtp_cipher_ipsec_mb.h"

// Without the library's old unprefixed macros (CNTR, AES, …).
#define NO_COMPAT_IMB_API_053
#include <intel-ipsec-mb.h>

#include <memory>

#include "sfu/base/check.h"

namespace parley {
namespace {

struct FreeMbManager {
  void operator()(IMB_MGR* manager) const { free_mb_mgr(manager); }
};
using MbManager = std::unique_ptr<IMB_MGR, FreeMbManager>;

MbManager MakeManager(IMB_ARCH* arch) {
  MbManager manager(alloc_mb_mgr(0));
  PARLEY_CHECK(manager != nullptr);
  init_mb_mgr_auto(manager.get(), arch);
  return manager;
}

// The direct calls used here (GCM, key expansion) go through function pointers and touch nothing
// else of the manager, so one serves all threads.
const IMB_MGR& Direct() {
  static const MbManager manager = MakeManager(nullptr);
  return *manager;
}

// The job calls count in the manager: one per thread.
IMB_MGR* Jobs() {
  static thread_local const MbManager manager = MakeManager(nullptr);
  return manager.get();
}

struct GcmKey {
  // The library's header asks for the alignment only where LINUX is defined.
  alignas(64) gcm_key_data expanded;
  bool long_key;

  explicit GcmKey(std::span<const uint8_t> key) : long_key(key.size() == 32) {
    if (long_key) {
      IMB_AES256_GCM_PRE(&Direct(), key.data(), &expanded);
    } else {
      IMB_AES128_GCM_PRE(&Direct(), key.data(), &expanded);
    }
  }
  ~GcmKey() { OPENSSL_cleanse(&expanded, sizeof(expanded)); }

  void Seal(const uint8_t* iv, std::span<const uint8_t> aad, std::span<uint8_t> data,
            uint8_t* tag) const {
    alignas(64) gcm_context_data context;
    if (long_key) {
      IMB_AES256_GCM_ENC(&Direct(), &expanded, &context, data.data(), data.data(), data.size(), iv,
                         aad.data(), aad.size(), tag, 16);
    } else {
      IMB_AES128_GCM_ENC(&Direct(), &expanded, &context, data.data(), data.data(), data.size(), iv,
                         aad.data(), aad.size(), tag, 16);
    }
  }
  bool Open(const uint8_t* iv, std::span<const uint8_t> aad, std::span<uint8_t> data,
            std::span<const uint8_t> expected_tag) const {
    alignas(64) gcm_context_data context;
    uint8_t tag[16];
    if (long_key) {
      IMB_AES256_GCM_DEC(&Direct(), &expanded, &context, data.data(), data.data(), data.size(), iv,
                         aad.data(), aad.size(), tag, 16);
    } else {
      IMB_AES128_GCM_DEC(&Direct(), &expanded, &context, data.data(), data.data(), data.size(), iv,
                         aad.data(), aad.size(), tag, 16);
    }
    return CRYPTO_memcmp(tag, expected_tag.data(), expected_tag.size()) == 0;
  }
};

struct CtrKey {
  alignas(16) uint32_t encrypt[60];
  IMB_KEY_SIZE_BYTES key_size;

  explicit CtrKey(std::span<const uint8_t> key) {
    alignas(16) uint32_t decrypt[60];
    if (key.size() == 32) {
      key_size = IMB_KEY_256_BYTES;
      IMB_AES_KEYEXP_256(&Direct(), key.data(), encrypt, decrypt);
    } else {
      key_size = IMB_KEY_128_BYTES;
      IMB_AES_KEYEXP_128(&Direct(), key.data(), encrypt, decrypt);
    }
    OPENSSL_cleanse(decrypt, sizeof(decrypt));
  }
  ~CtrKey() { OPENSSL_cleanse(encrypt, sizeof(encrypt)); }

  void Xor(const uint8_t* counter, std::span<uint8_t> data) const {
    IMB_JOB job{};
    job.enc_keys = encrypt;
    job.key_len_in_bytes = key_size;
    job.src = data.data();
    job.dst = data.data();
    job.msg_len_to_cipher_in_bytes = data.size();
    job.iv = counter;
    job.iv_len_in_bytes = 16;
    job.cipher_mode = IMB_CIPHER_CNTR;
    job.hash_alg = IMB_AUTH_NULL;
    job.cipher_direction = IMB_DIR_ENCRYPT;
    job.chain_order = IMB_ORDER_CIPHER_HASH;
    PARLEY_CHECK(IMB_SUBMIT_CIPHER_BURST_NOCHECK(Jobs(), &job, 1, IMB_CIPHER_CNTR, IMB_DIR_ENCRYPT,
                                                 key_size) == 1);
  }
};

struct Engine {
  using GcmKey = ::parley::GcmKey;
  using CtrKey = ::parley::CtrKey;
};

const char* NameOf(IMB_ARCH arch) {
  switch (arch) {
    case IMB_ARCH_AVX512:
      return "ipsec-mb AVX512";
    case IMB_ARCH_AVX2:
      return "ipsec-mb AVX2";
    case IMB_ARCH_AVX:
      return "ipsec-mb AVX";
    default:
      return "ipsec-mb SSE";
  }
}

}  // namespace

std::optional<SrtpCipherSet> IpsecMbCiphers() {
  IMB_ARCH arch = IMB_ARCH_NONE;
  MbManager manager = MakeManager(&arch);
  constexpr uint64_t kNeeded = IMB_FEATURE_AESNI | IMB_FEATURE_PCLMULQDQ;
  if ((manager->features & kNeeded) != kNeeded || arch == IMB_ARCH_NONE ||
      arch == IMB_ARCH_NOAESNI) {
    return std::nullopt;
  }
  return MakeSrtpCipherSet<Engine>(NameOf(arch));
}

}  // namespace parley
