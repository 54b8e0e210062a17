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

// Packets of any sessions that are sealed together: SHA-1 is quick only over many messages at once
// (16 with AVX-512). One per thread.
class SealQueue {
 public:
  static constexpr size_t kPlaces = 128;
  static constexpr size_t kTagSize = 10;

  struct MacKey {
    alignas(16) std::array<uint32_t, 5> inner;
    alignas(16) std::array<uint32_t, 5> outer;

    explicit MacKey(std::span<const uint8_t> key) {
      std::array<uint8_t, IMB_SHA1_BLOCK_SIZE> block;
      const auto hash = [&](uint8_t pad, std::array<uint32_t, 5>& out) {
        block.fill(pad);
        for (size_t i = 0; i < key.size(); ++i) block[i] ^= key[i];
        IMB_SHA1_ONE_BLOCK(&Direct(), block.data(), out.data());
      };
      hash(0x36, inner);
      hash(0x5C, outer);
      OPENSSL_cleanse(block.data(), block.size());
    }
    ~MacKey() {
      OPENSSL_cleanse(inner.data(), sizeof inner);
      OPENSSL_cleanse(outer.data(), sizeof outer);
    }
  };

  static SealQueue& OfThread() {
    static thread_local SealQueue queue;
    return queue;
  }

  void Submit(const CtrKey& key, const MacKey& mac, const SrtpSealer::Packet& p,
              const std::array<uint8_t, 16>& counter) {
    if (used_ == kPlaces) Finish();
    Place& place = places_[used_++];
    place.counter = counter;
    place.out = p.data + p.size;
    // RFC 3711 section 4.2: the roll-over counter is hashed behind the packet, where the tag will
    // be.
    StoreBe32(place.out, static_cast<uint32_t>(p.index >> 16));
    IMB_JOB* job = IMB_GET_NEXT_JOB(manager_.get());
    *job = {};
    job->user_data = &place;
    job->cipher_mode = IMB_CIPHER_CNTR;
    job->cipher_direction = IMB_DIR_ENCRYPT;
    job->chain_order = IMB_ORDER_CIPHER_HASH;
    job->enc_keys = key.encrypt;
    job->key_len_in_bytes = key.key_size;
    job->src = p.data;
    job->dst = p.data + p.header_size;
    job->cipher_start_src_offset_in_bytes = p.header_size;
    job->msg_len_to_cipher_in_bytes = p.size - p.header_size;
    job->iv = place.counter.data();
    job->iv_len_in_bytes = place.counter.size();
    job->hash_alg = IMB_AUTH_HMAC_SHA_1;
    job->msg_len_to_hash_in_bytes = p.size + 4;
    job->u.HMAC._hashed_auth_key_xor_ipad = reinterpret_cast<const uint8_t*>(mac.inner.data());
    job->u.HMAC._hashed_auth_key_xor_opad = reinterpret_cast<const uint8_t*>(mac.outer.data());
    job->auth_tag_output = place.tag.data();
    job->auth_tag_output_len_in_bytes = place.tag.size();
    for (IMB_JOB* done = IMB_SUBMIT_JOB_NOCHECK(manager_.get()); done != nullptr;
         done = IMB_GET_COMPLETED_JOB(manager_.get())) {
      Complete(*done);
    }
  }

  void Finish() {
    if (used_ == 0) return;
    while (IMB_JOB* done = IMB_FLUSH_JOB(manager_.get())) Complete(*done);
    used_ = 0;
  }

 private:
  struct Place {
    std::array<uint8_t, 16> counter;
    std::array<uint8_t, 12> tag;  // as the library cuts it
    uint8_t* out;
  };

  static void Complete(const IMB_JOB& job) {
    PARLEY_CHECK(job.status == IMB_STATUS_COMPLETED);
    const auto& place = *static_cast<const Place*>(job.user_data);
    std::memcpy(place.out, place.tag.data(), kTagSize);
  }

  const MbManager manager_ = MakeManager(nullptr);
  std::array<Place, kPlaces> places_;
  size_t used_ = 0;
};

class CmSealer final : public srtp_sealer::CmHmac<CtrKey> {
 public:
  explicit CmSealer(const SrtpSessionKeys& keys) : CmHmac(keys), mac_(keys.authentication) {}
  void SealLater(const Packet& p) override {
    if (p.size == p.header_size) return Seal(p);
    SealQueue::OfThread().Submit(key(), mac_, p, CounterOf(p));
  }

 private:
  SealQueue::MacKey mac_;
};

struct Engine {
  using GcmKey = ::parley::GcmKey;
  using CtrKey = ::parley::CtrKey;
  using CmSealer = ::parley::CmSealer;
  static void FinishSealing() { SealQueue::OfThread().Finish(); }
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
