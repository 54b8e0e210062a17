#include "mixer/sip/sdes.h"

#include <gtest/gtest.h>

namespace parley::sip {
namespace {

// RFC 4568 section 5.
constexpr std::string_view kKey = "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";

TEST(SdesTest, ReadsAndWritesBothSuites) {
  const auto crypto =
      SdesCrypto::Parse("1 AES_CM_128_HMAC_SHA1_80 inline:" + std::string(kKey) + "|2^20 WSH=64");
  ASSERT_TRUE(crypto.has_value());
  EXPECT_EQ(crypto->key.size(), 30u);
  EXPECT_EQ(crypto->key[0], 'w');
  EXPECT_EQ(crypto->ToString(), "1 AES_CM_128_HMAC_SHA1_80 inline:" + std::string(kKey));

  SeededRandom random(7);
  const SdesCrypto gcm = SdesCrypto::Make(3, SrtpSuite::kAeadAes128Gcm, random);
  EXPECT_EQ(gcm.key.size(), 28u);
  EXPECT_EQ(SdesCrypto::Parse(gcm.ToString()), gcm);
  EXPECT_NE(SdesCrypto::Make(3, SrtpSuite::kAeadAes128Gcm, random), gcm);
}

TEST(SdesTest, LeavesALineThatItCannotUse) {
  const std::string key(kKey);
  for (const std::string& line : std::vector<std::string>{
           "", "1 AES_CM_128_HMAC_SHA1_80", "x AES_CM_128_HMAC_SHA1_80 inline:" + key,
           "1 AES_CM_128_HMAC_SHA1_32 inline:" + key, "1 AEAD_AES_128_GCM inline:" + key,
           "1 AES_CM_128_HMAC_SHA1_80 inline:" + key.substr(4), "1 AES_CM_128_HMAC_SHA1_80 " + key,
           "1 AES_CM_128_HMAC_SHA1_80 inline:" + key + "|2^20|1:4",
           "1 AES_CM_128_HMAC_SHA1_80 inline:" + key + "|1:4",
           "1 AES_CM_128_HMAC_SHA1_80 inline:" + key + ";inline:" + key,
           "1 AES_CM_128_HMAC_SHA1_80 inline:" + key + " UNENCRYPTED_SRTP",
           "1 AES_CM_128_HMAC_SHA1_80 inline:-" + key.substr(1)}) {
    EXPECT_FALSE(SdesCrypto::Parse(line).has_value()) << line;
  }
}

}  // namespace
}  // namespace parley::sip
