#include "sfu/wire/hmac_sha1.h"

#include <gtest/gtest.h>

#include <string>

#include "sfu/wire/crc32.h"
#include "tests/sfu/wire/wire_test_util.h"

namespace parley {
namespace {

std::span<const uint8_t> Bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

void ExpectDigest(std::span<const uint8_t> key, std::string_view data, std::string_view hex) {
  std::vector<uint8_t> expected = FromHex(hex);
  for (size_t cut = 0; cut <= data.size(); cut += 7) {
    HmacSha1Key::Digest digest =
        HmacSha1Key(key).Sign({Bytes(data.substr(0, cut)), Bytes(data.substr(cut))});
    EXPECT_TRUE(std::equal(digest.begin(), digest.end(), expected.begin(), expected.end()));
  }
}

// RFC 2202 section 3, test cases 1, 2, 3, 6 and 7.
TEST(HmacSha1Key, KnownAnswers) {
  ExpectDigest(std::vector<uint8_t>(20, 0x0b), "Hi There",
               "b617318655057264e28bc0b6fb378c8ef146be00");
  ExpectDigest(Bytes("Jefe"), "what do ya want for nothing?",
               "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  ExpectDigest(std::vector<uint8_t>(20, 0xaa), std::string(50, '\xdd'),
               "125d7342b9ac11cd91a39af48aa17b4f63f175d3");
  ExpectDigest(std::vector<uint8_t>(80, 0xaa),
               "Test Using Larger Than Block-Size Key - Hash Key First",
               "aa4ae5e15272d00e95705637ce8a3b55ed402112");
  ExpectDigest(std::vector<uint8_t>(80, 0xaa),
               "Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data",
               "e8e99d0f45237d786d6bbaa7965c7808bbff1a91");
}

TEST(Crc32, KnownAnswers) {
  EXPECT_EQ(Crc32({}), 0u);
  EXPECT_EQ(Crc32(Bytes("123456789")), 0xCBF43926u);
  EXPECT_EQ(Crc32(Bytes("The quick brown fox jumps over the lazy dog")), 0x414FA339u);
}

}  // namespace
}  // namespace parley
