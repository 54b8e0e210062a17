#include "signaling/room/digest.h"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

std::string Hex(const Digest256& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

// RFC 6234 section 8.5.
TEST(DigestTest, Sha256OfTheStandardsExamples) {
  EXPECT_EQ(Hex(Sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Hex(Sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// RFC 4231 section 4.
TEST(DigestTest, HmacOfTheStandardsExamples) {
  EXPECT_EQ(Hex(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(Hex(HmacSha256(std::string(131, '\xaa'),
                           "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(DigestTest, AreEqualOnlyToTheSameBytes) {
  const Digest256 one = Sha256("one");
  Digest256 other = one;
  EXPECT_TRUE(EqualInConstantTime(one, other));
  other[31] ^= 1;
  EXPECT_FALSE(EqualInConstantTime(one, other));
  EXPECT_FALSE(EqualInConstantTime(one, std::span(one).first(31)));
}

}  // namespace
}  // namespace parley
