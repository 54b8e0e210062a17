// Known answers and a differential test against libsrtp's own ciphers, for both engines.

#include <gtest/gtest.h>
#include <srtp2/auth.h>
#include <srtp2/cipher.h>
#include <srtp2/srtp.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sfu/base/random.h"
#include "sfu/transport/srtp_auth_hmac_sha1.h"
#include "sfu/transport/srtp_cipher_ipsec_mb.h"
#include "sfu/transport/srtp_cipher_openssl.h"

// Exported by libsrtp, declared in none of its installed headers.
extern "C" const srtp_cipher_type_t* srtp_crypto_kernel_get_cipher_type(srtp_cipher_type_id_t id);
extern "C" const srtp_auth_type_t* srtp_crypto_kernel_get_auth_type(srtp_auth_type_id_t id);

namespace parley {
namespace {

// Taken before main, so before InitSrtp() replaces them; that wants a library not yet initialised.
struct LibsrtpOwn {
  LibsrtpOwn() {
    if (srtp_init() != srtp_err_status_ok) abort();
    for (auto id : {SRTP_AES_GCM_128, SRTP_AES_GCM_256, SRTP_AES_ICM_128, SRTP_AES_ICM_256}) {
      types.push_back(srtp_crypto_kernel_get_cipher_type(static_cast<srtp_cipher_type_id_t>(id)));
    }
    hmac = srtp_crypto_kernel_get_auth_type(SRTP_HMAC_SHA1);
    srtp_shutdown();
  }
  std::vector<const srtp_cipher_type_t*> types;
  const srtp_auth_type_t* hmac = nullptr;
};
const LibsrtpOwn libsrtp_own;

std::vector<SrtpCipherSet> Engines() {
  std::vector<SrtpCipherSet> engines = {OpensslCiphers()};
  if (auto fast = IpsecMbCiphers()) engines.push_back(*fast);
  return engines;
}

std::vector<const srtp_cipher_type_t*> TypesOf(const SrtpCipherSet& set) {
  return {set.gcm128, set.gcm256, set.icm128, set.icm256};
}

class Cipher {
 public:
  Cipher(const srtp_cipher_type_t* type, const std::vector<uint8_t>& key, int tag_size) {
    EXPECT_EQ(srtp_cipher_type_alloc(type, &cipher_, static_cast<int>(key.size()), tag_size),
              srtp_err_status_ok);
    EXPECT_EQ(srtp_cipher_init(cipher_, key.data()), srtp_err_status_ok);
  }
  ~Cipher() { srtp_cipher_dealloc(cipher_); }
  Cipher(const Cipher&) = delete;
  Cipher& operator=(const Cipher&) = delete;

  // Ciphertext, then the tag where there is one.
  std::vector<uint8_t> Encrypt(std::vector<uint8_t> iv, const std::vector<uint8_t>& aad,
                               const std::vector<uint8_t>& plain, bool gcm) {
    iv.resize(16);
    EXPECT_EQ(srtp_cipher_set_iv(cipher_, iv.data(), srtp_direction_encrypt), srtp_err_status_ok);
    if (gcm && !aad.empty()) SetAad(aad);
    std::vector<uint8_t> data = plain;
    data.resize(plain.size() + 32);
    auto size = static_cast<uint32_t>(plain.size());
    EXPECT_EQ(srtp_cipher_encrypt(cipher_, data.data(), &size), srtp_err_status_ok);
    EXPECT_EQ(size, plain.size());
    uint32_t tag_size = 0;
    if (gcm) {
      EXPECT_EQ(srtp_cipher_get_tag(cipher_, data.data() + size, &tag_size), srtp_err_status_ok);
    }
    data.resize(size + tag_size);
    return data;
  }

  srtp_err_status_t Decrypt(std::vector<uint8_t> iv, const std::vector<uint8_t>& aad,
                            std::vector<uint8_t>& data, bool gcm) {
    iv.resize(16);
    EXPECT_EQ(srtp_cipher_set_iv(cipher_, iv.data(), srtp_direction_decrypt), srtp_err_status_ok);
    if (gcm && !aad.empty()) SetAad(aad);
    auto size = static_cast<uint32_t>(data.size());
    srtp_err_status_t status = srtp_cipher_decrypt(cipher_, data.data(), &size);
    data.resize(size);
    return status;
  }

  srtp_err_status_t EncryptAgain() {
    uint8_t data[4] = {};
    uint32_t size = 4;
    return srtp_cipher_encrypt(cipher_, data, &size);
  }

 private:
  // In two parts, as libsrtp does for SRTCP.
  void SetAad(const std::vector<uint8_t>& aad) {
    auto half = static_cast<uint32_t>(aad.size() / 2);
    auto rest = static_cast<uint32_t>(aad.size()) - half;
    if (half > 0) {
      EXPECT_EQ(srtp_cipher_set_aad(cipher_, aad.data(), half), srtp_err_status_ok);
    }
    EXPECT_EQ(srtp_cipher_set_aad(cipher_, aad.data() + half, rest), srtp_err_status_ok);
  }
  srtp_cipher_t* cipher_ = nullptr;
};

std::vector<uint8_t> RandomBytes(RandomSource& random, size_t size) {
  std::vector<uint8_t> bytes(size);
  random.Fill(bytes);
  return bytes;
}

std::vector<uint8_t> FromHex(std::string_view hex) {
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

TEST(SrtpCipherTest, AnswersLibsrtpsOwnVectors) {
  for (const SrtpCipherSet& engine : Engines()) {
    for (size_t i = 0; i < 4; ++i) {
      const srtp_cipher_type_t* type = TypesOf(engine)[i];
      EXPECT_EQ(srtp_cipher_type_self_test(type), srtp_err_status_ok)
          << engine.name << " " << type->description;
      EXPECT_EQ(srtp_cipher_type_test(type, libsrtp_own.types[i]->test_data), srtp_err_status_ok)
          << engine.name << " " << type->description;
      // And the other way round: our vectors are what the rest of the world computes.
      EXPECT_EQ(srtp_cipher_type_test(libsrtp_own.types[i], type->test_data), srtp_err_status_ok)
          << type->description;
    }
  }
}

TEST(SrtpCipherTest, GcmAnswersRfc7714) {
  // Sections 16.1.1 (128 bits) and 16.2.1 (256 bits): key, and expected ciphertext with its tag.
  const std::vector<uint8_t> iv = FromHex("51753c6580c2726f20718414");
  const std::vector<uint8_t> aad = FromHex("8040f17b8041f8d35501a0b2");
  const std::vector<uint8_t> plain =
      FromHex("47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573");
  const std::vector<uint8_t> sealed128 = FromHex(
      "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
      "899d7f27beb16a9152cf765ee4390cce");
  const std::vector<uint8_t> sealed256 = FromHex(
      "32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b"
      "7aa3db36dfffd6b0f9bb7878d7a76c13");
  for (const SrtpCipherSet& engine : Engines()) {
    for (bool long_key : {false, true}) {
      std::vector<uint8_t> key;
      for (uint8_t i = 0; i < (long_key ? 32 : 16); ++i) key.push_back(i);
      key.resize(key.size() + 12);
      Cipher cipher(long_key ? engine.gcm256 : engine.gcm128, key, 16);
      std::vector<uint8_t> sealed = cipher.Encrypt(iv, aad, plain, true);
      EXPECT_EQ(sealed, long_key ? sealed256 : sealed128) << engine.name;
      EXPECT_EQ(cipher.Decrypt(iv, aad, sealed, true), srtp_err_status_ok) << engine.name;
      EXPECT_EQ(sealed, plain) << engine.name;
    }
  }
}

TEST(SrtpCipherTest, CounterModeAnswersRfc3711) {
  for (const SrtpCipherSet& engine : Engines()) {
    // Appendix B.2: the keystream at blocks 0 to 2.
    Cipher cipher(engine.icm128,
                  FromHex("2b7e151628aed2a6abf7158809cf4f3cf0f1f2f3f4f5f6f7f8f9fafbfcfd"), 0);
    EXPECT_EQ(cipher.Encrypt({}, {}, std::vector<uint8_t>(48), false),
              FromHex("e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab"
                      "41e95b3bb0a2e8dd477901e4fca894c0"))
        << engine.name;

    // Appendix B.3: key derivation. The label goes to byte 7 of the counter block.
    Cipher derive(engine.icm128,
                  FromHex("e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6"), 0);
    auto label = [](uint8_t l) {
      std::vector<uint8_t> iv(16);
      iv[7] = l;
      return iv;
    };
    EXPECT_EQ(derive.Encrypt(label(0), {}, std::vector<uint8_t>(16), false),
              FromHex("c61e7a93744f39ee10734afe3ff7a087"))
        << engine.name;
    EXPECT_EQ(derive.Encrypt(label(2), {}, std::vector<uint8_t>(14), false),
              FromHex("30cbbc08863d8c85d49db34a9ae1"))
        << engine.name;
    EXPECT_EQ(derive.Encrypt(label(1), {}, std::vector<uint8_t>(20), false),
              FromHex("cebe321f6ff7716b6fd4ab49af256a156d38baa4"))
        << engine.name;
  }
}

TEST(SrtpCipherTest, AgreesWithLibsrtpsOwnCiphers) {
  constexpr uint64_t kSeed = 20261123;
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  SeededRandom random(kSeed);
  const size_t key_sizes[] = {28, 44, 30, 46};
  for (const SrtpCipherSet& engine : Engines()) {
    for (size_t i = 0; i < 4; ++i) {
      const bool gcm = i < 2;
      for (int round = 0; round < 150; ++round) {
        std::vector<uint8_t> key = RandomBytes(random, key_sizes[i]);
        const int tag_size = gcm ? (round % 5 == 0 ? 8 : 16) : 0;
        Cipher ours(TypesOf(engine)[i], key, tag_size);
        Cipher theirs(libsrtp_own.types[i], key, tag_size);
        std::vector<uint8_t> iv = RandomBytes(random, gcm ? 12 : 14);
        std::vector<uint8_t> aad = RandomBytes(random, 1 + random.Below(300));
        // NSS cannot encrypt nothing.
        std::vector<uint8_t> plain = RandomBytes(random, 1 + random.Below(1400));
        std::vector<uint8_t> sealed = ours.Encrypt(iv, aad, plain, gcm);
        ASSERT_EQ(sealed, theirs.Encrypt(iv, aad, plain, gcm))
            << engine.name << " " << TypesOf(engine)[i]->description << " round " << round;
        ASSERT_EQ(ours.Decrypt(iv, aad, sealed, gcm), srtp_err_status_ok);
        ASSERT_EQ(sealed, plain);
      }
    }
  }
}

TEST(SrtpCipherTest, GcmRefusesEveryChangedBit) {
  SeededRandom random(7);
  for (const SrtpCipherSet& engine : Engines()) {
    Cipher cipher(engine.gcm128, RandomBytes(random, 28), 16);
    const std::vector<uint8_t> iv = RandomBytes(random, 12);
    const std::vector<uint8_t> aad = RandomBytes(random, 12);
    const std::vector<uint8_t> sealed = cipher.Encrypt(iv, aad, RandomBytes(random, 20), true);
    for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
      std::vector<uint8_t> changed = sealed;
      changed[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
      EXPECT_EQ(cipher.Decrypt(iv, aad, changed, true), srtp_err_status_auth_fail) << engine.name;
    }
    std::vector<uint8_t> other_aad = aad;
    other_aad[3] ^= 1;
    std::vector<uint8_t> copy = sealed;
    EXPECT_EQ(cipher.Decrypt(iv, other_aad, copy, true), srtp_err_status_auth_fail);
    std::vector<uint8_t> stub(sealed.begin(), sealed.begin() + 15);
    EXPECT_EQ(cipher.Decrypt(iv, aad, stub, true), srtp_err_status_cipher_fail);
  }
}

TEST(SrtpCipherTest, SealsNothingButTheHeader) {
  // SRTCP without encryption: only associated data (RFC 7714 section 9.3).
  SeededRandom random(8);
  std::vector<uint8_t> key = RandomBytes(random, 28);
  std::vector<uint8_t> iv = RandomBytes(random, 12);
  std::vector<uint8_t> aad = RandomBytes(random, 40);
  std::vector<std::vector<uint8_t>> tags;
  for (const SrtpCipherSet& engine : Engines()) {
    Cipher cipher(engine.gcm128, key, 16);
    tags.push_back(cipher.Encrypt(iv, aad, {}, true));
    EXPECT_EQ(tags.back().size(), 16u);
    EXPECT_EQ(tags.back(), tags.front());
    std::vector<uint8_t> tag = tags.back();
    EXPECT_EQ(cipher.Decrypt(iv, aad, tag, true), srtp_err_status_ok);
  }
}

TEST(SrtpCipherTest, NeverUsesANonceTwice) {
  SeededRandom random(9);
  for (const SrtpCipherSet& engine : Engines()) {
    for (const srtp_cipher_type_t* type : TypesOf(engine)) {
      const bool gcm = type->get_tag != nullptr;
      const bool long_key = type == engine.gcm256 || type == engine.icm256;
      size_t key_size = (long_key ? 32u : 16u) + (gcm ? 12u : 14u);
      Cipher cipher(type, RandomBytes(random, key_size), gcm ? 16 : 0);
      cipher.Encrypt(RandomBytes(random, 12), {}, RandomBytes(random, 30), gcm);
      EXPECT_EQ(cipher.EncryptAgain(), srtp_err_status_cipher_fail) << type->description;
    }
  }
}

TEST(SrtpCipherTest, HmacAnswersVectorsAndAgreesWithLibsrtpsOwn) {
  EXPECT_EQ(srtp_auth_type_self_test(&HmacSha1AuthType()), srtp_err_status_ok);
  EXPECT_EQ(srtp_auth_type_test(&HmacSha1AuthType(), libsrtp_own.hmac->test_data),
            srtp_err_status_ok);
  SeededRandom random(11);
  for (int round = 0; round < 300; ++round) {
    std::vector<uint8_t> key = RandomBytes(random, 20);
    std::vector<uint8_t> packet = RandomBytes(random, 1 + random.Below(1400));
    std::vector<uint8_t> counter = RandomBytes(random, 4);
    std::vector<std::vector<uint8_t>> tags;
    for (const srtp_auth_type_t* type : {&HmacSha1AuthType(), libsrtp_own.hmac}) {
      srtp_auth_t* auth = nullptr;
      ASSERT_EQ(srtp_auth_type_alloc(type, &auth, 20, 10), srtp_err_status_ok);
      ASSERT_EQ(srtp_auth_init(auth, key.data()), srtp_err_status_ok);
      ASSERT_EQ(srtp_auth_start(auth), srtp_err_status_ok);
      ASSERT_EQ(srtp_auth_update(auth, packet.data(), static_cast<int>(packet.size())),
                srtp_err_status_ok);
      std::vector<uint8_t> tag(10);
      ASSERT_EQ(srtp_auth_compute(auth, counter.data(), 4, tag.data()), srtp_err_status_ok);
      tags.push_back(tag);
      srtp_auth_dealloc(auth);
    }
    ASSERT_EQ(tags[0], tags[1]) << "round " << round;
  }
}

}  // namespace
}  // namespace parley
