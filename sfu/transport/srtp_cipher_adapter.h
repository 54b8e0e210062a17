#pragma once

// libsrtp's cipher interface (srtp2/cipher.h) around an engine's AES: written once for both
// engines. libsrtp drives a cipher per packet as set_iv, set_aad (once for SRTP, twice for SRTCP),
// encrypt or decrypt, get_tag; every nonce is used once, so a second encrypt without set_iv fails.
//
// An engine has
//   struct GcmKey { GcmKey(span key);
//     void Seal(const uint8_t iv[12], span aad, span<uint8_t> data, uint8_t tag[16]);
//     // False when the tag, of 8 or 16 bytes, is wrong; `data` is then worthless.
//     bool Open(const uint8_t iv[12], span aad, span<uint8_t> data, span<const uint8_t> tag); };
//   struct CtrKey { CtrKey(span key); void Xor(const uint8_t counter[16], span<uint8_t> data); };
//   CmSealer, srtp_sealer::CmHmac<CtrKey> or better, and static void FinishSealing().

#include <openssl/crypto.h>
#include <srtp2/cipher.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include "sfu/transport/srtp_cipher_vectors.h"
#include "sfu/transport/srtp_key_ring.h"
#include "sfu/transport/srtp_sealer.h"

namespace parley {

// The ciphers of one engine: to be handed to srtp_replace_cipher_type, and for our own sending.
struct SrtpCipherSet {
  const char* name;
  const srtp_cipher_type_t* gcm128;
  const srtp_cipher_type_t* gcm256;
  const srtp_cipher_type_t* icm128;
  const srtp_cipher_type_t* icm256;
  std::unique_ptr<SrtpSealer> (*make_sealer)(SrtpProfile, const SrtpSessionKeys&);
  void (*finish_sealing)();
};

namespace srtp_adapter {

template <class Key, size_t kKeySize, size_t kSaltSize, srtp_cipher_type_id_t kId>
struct GcmCipher {
  static constexpr size_t kTagSize = 16;
  static constexpr size_t kIvSize = 12;

  SharedKey<Key> key;
  const uint8_t* aad = nullptr;  // borrowed from the packet until encrypt or decrypt
  uint32_t aad_size = 0;
  bool armed = false;
  uint8_t tag_size = kTagSize;
  std::array<uint8_t, kIvSize> iv;
  std::array<uint8_t, kTagSize> tag;

  static srtp_err_status_t Alloc(srtp_cipher_pointer_t* out, int key_size, int tag_size) {
    if (key_size != static_cast<int>(kKeySize + kSaltSize)) return srtp_err_status_bad_param;
    if (tag_size != 16 && tag_size != 8) return srtp_err_status_bad_param;
    auto* state = new GcmCipher;
    state->tag_size = static_cast<uint8_t>(tag_size);
    *out = new srtp_cipher_t{&kType, state, key_size, static_cast<int>(kId)};
    return srtp_err_status_ok;
  }
  static srtp_err_status_t Dealloc(srtp_cipher_pointer_t cipher) {
    delete static_cast<GcmCipher*>(cipher->state);
    delete cipher;
    return srtp_err_status_ok;
  }
  static srtp_err_status_t Init(void* state, const uint8_t* key) {
    static_cast<GcmCipher*>(state)->key = SharedKey<Key>(std::span(key, kKeySize));
    return srtp_err_status_ok;
  }
  static srtp_err_status_t SetIv(void* state, uint8_t* iv, srtp_cipher_direction_t) {
    auto* self = static_cast<GcmCipher*>(state);
    std::memcpy(self->iv.data(), iv, kIvSize);
    self->aad_size = 0;
    self->armed = true;
    return srtp_err_status_ok;
  }
  static srtp_err_status_t SetAad(void* state, const uint8_t* aad, uint32_t size) {
    auto* self = static_cast<GcmCipher*>(state);
    if (self->aad_size == 0) {
      self->aad = aad;
      self->aad_size = size;
      return srtp_err_status_ok;
    }
    // SRTCP: the header and then the index, which are not neighbours (RFC 7714 section 9.2).
    static thread_local std::array<uint8_t, 2048> joined;
    if (self->aad_size + size > joined.size()) return srtp_err_status_bad_param;
    std::memmove(joined.data(), self->aad, self->aad_size);
    std::memcpy(joined.data() + self->aad_size, aad, size);
    self->aad = joined.data();
    self->aad_size += size;
    return srtp_err_status_ok;
  }
  static srtp_err_status_t Encrypt(void* state, uint8_t* data, unsigned int* size) {
    auto* self = static_cast<GcmCipher*>(state);
    if (!std::exchange(self->armed, false)) return srtp_err_status_cipher_fail;
    self->key->Seal(self->iv.data(), std::span(self->aad, self->aad_size), std::span(data, *size),
                    self->tag.data());
    return srtp_err_status_ok;
  }
  static srtp_err_status_t GetTag(void* state, uint8_t* tag, uint32_t* size) {
    auto* self = static_cast<GcmCipher*>(state);
    std::memcpy(tag, self->tag.data(), self->tag_size);
    *size = self->tag_size;
    return srtp_err_status_ok;
  }
  static srtp_err_status_t Decrypt(void* state, uint8_t* data, unsigned int* size) {
    auto* self = static_cast<GcmCipher*>(state);
    if (!std::exchange(self->armed, false) || *size < self->tag_size) {
      return srtp_err_status_cipher_fail;
    }
    unsigned int plain = *size - self->tag_size;
    if (!self->key->Open(self->iv.data(), std::span(self->aad, self->aad_size),
                         std::span(data, plain), std::span(data + plain, self->tag_size))) {
      return srtp_err_status_auth_fail;
    }
    *size = plain;
    return srtp_err_status_ok;
  }

  static const srtp_cipher_type_t kType;
};

template <class Key, size_t kKeySize, size_t kSaltSize, srtp_cipher_type_id_t kId>
const srtp_cipher_type_t GcmCipher<Key, kKeySize, kSaltSize, kId>::kType = {
    &Alloc,
    &Dealloc,
    &Init,
    &SetAad,
    &Encrypt,
    &Decrypt,
    &SetIv,
    &GetTag,
    kKeySize == 16 ? "AES-128-GCM" : "AES-256-GCM",
    kKeySize == 16 ? &kGcm128Vector : &kGcm256Vector,
    kId};

// AES in counter mode as SRTP uses it (RFC 3711 section 4.1.1): the 14-byte salt is XORed into the
// counter block. Also libsrtp's key derivation, for every profile.
template <class Key, size_t kKeySize, srtp_cipher_type_id_t kId>
struct IcmCipher {
  static constexpr size_t kSaltSize = 14;

  SharedKey<Key> key;
  bool armed = false;
  std::array<uint8_t, 16> salt{};
  std::array<uint8_t, 16> counter{};

  static srtp_err_status_t Alloc(srtp_cipher_pointer_t* out, int key_size, int) {
    if (key_size != static_cast<int>(kKeySize + kSaltSize)) return srtp_err_status_bad_param;
    *out = new srtp_cipher_t{&kType, new IcmCipher, key_size, static_cast<int>(kId)};
    return srtp_err_status_ok;
  }
  static srtp_err_status_t Dealloc(srtp_cipher_pointer_t cipher) {
    auto* self = static_cast<IcmCipher*>(cipher->state);
    OPENSSL_cleanse(self->salt.data(), self->salt.size());
    delete self;
    delete cipher;
    return srtp_err_status_ok;
  }
  static srtp_err_status_t Init(void* state, const uint8_t* key) {
    auto* self = static_cast<IcmCipher*>(state);
    self->key = SharedKey<Key>(std::span(key, kKeySize));
    std::memcpy(self->salt.data(), key + kKeySize, kSaltSize);
    return srtp_err_status_ok;
  }
  static srtp_err_status_t SetIv(void* state, uint8_t* iv, srtp_cipher_direction_t) {
    auto* self = static_cast<IcmCipher*>(state);
    for (size_t i = 0; i < 16; ++i) self->counter[i] = self->salt[i] ^ iv[i];
    self->armed = true;
    return srtp_err_status_ok;
  }
  static srtp_err_status_t Crypt(void* state, uint8_t* data, unsigned int* size) {
    auto* self = static_cast<IcmCipher*>(state);
    // libsrtp first asks for a keystream prefix of the length that the authenticator wants: 0.
    if (*size == 0) return srtp_err_status_ok;
    // The block counter is 16 bits.
    if (!std::exchange(self->armed, false) || *size > 0xFFFF * 16u) {
      return srtp_err_status_cipher_fail;
    }
    self->key->Xor(self->counter.data(), std::span(data, *size));
    return srtp_err_status_ok;
  }

  static const srtp_cipher_type_t kType;
};

template <class Key, size_t kKeySize, srtp_cipher_type_id_t kId>
const srtp_cipher_type_t IcmCipher<Key, kKeySize, kId>::kType = {
    &Alloc,
    &Dealloc,
    &Init,
    nullptr,
    &Crypt,
    &Crypt,
    &SetIv,
    nullptr,
    kKeySize == 16 ? "AES-128-ICM" : "AES-256-ICM",
    kKeySize == 16 ? &kIcm128Vector : &kIcm256Vector,
    kId};

}  // namespace srtp_adapter

template <class Engine>
SrtpCipherSet MakeSrtpCipherSet(const char* name) {
  using srtp_adapter::GcmCipher;
  using srtp_adapter::IcmCipher;
  return {name,
          &GcmCipher<typename Engine::GcmKey, 16, 12, SRTP_AES_GCM_128>::kType,
          &GcmCipher<typename Engine::GcmKey, 32, 12, SRTP_AES_GCM_256>::kType,
          &IcmCipher<typename Engine::CtrKey, 16, SRTP_AES_ICM_128>::kType,
          &IcmCipher<typename Engine::CtrKey, 32, SRTP_AES_ICM_256>::kType,
          &MakeSealerOf<Engine>,
          &Engine::FinishSealing};
}

}  // namespace parley
