#include "sfu/transport/srtp_session_keys.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley {
namespace {

std::vector<uint8_t> FromHex(std::string_view hex) {
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

template <size_t kSize>
std::vector<uint8_t> Bytes(const std::array<uint8_t, kSize>& a, size_t size = kSize) {
  return {a.begin(), a.begin() + static_cast<ptrdiff_t>(size)};
}

TEST(SrtpSessionKeys, AnswerRfc3711) {
  // Appendix B.3.
  SrtpMasterKey master{};
  const auto bytes = FromHex(
      "E1F97A0D3E018BE0D64FA32C06DE4139"
      "0EC675AD498AFEEBB6960B3AABE6");
  std::copy(bytes.begin(), bytes.end(), master.begin());
  const auto keys = SrtpSessionKeys::Derive(SrtpProfile::kAes128CmHmacSha1_80, master);
  EXPECT_EQ(Bytes(keys.cipher, 16), FromHex("C61E7A93744F39EE10734AFE3FF7A087"));
  EXPECT_EQ(keys.cipher_key().size(), 16u);
  EXPECT_EQ(Bytes(keys.salt), FromHex("30CBBC08863D8C85D49DB34A9AE1"));
  EXPECT_EQ(Bytes(keys.authentication), FromHex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
}

TEST(SrtpSessionKeys, TheCipherDecidesTheirSizes) {
  SrtpMasterKey master{};
  for (size_t i = 0; i < 44; ++i) master[i] = static_cast<uint8_t>(i);
  const auto short_keys = SrtpSessionKeys::Derive(SrtpProfile::kAeadAes128Gcm, master);
  const auto long_keys = SrtpSessionKeys::Derive(SrtpProfile::kAeadAes256Gcm, master);
  EXPECT_EQ(short_keys.cipher_key().size(), 16u);
  EXPECT_EQ(long_keys.cipher_key().size(), 32u);
  EXPECT_NE(Bytes(short_keys.cipher, 16), Bytes(long_keys.cipher, 16));
  for (const auto& keys : {short_keys, long_keys}) {
    EXPECT_EQ(keys.salt[12] | keys.salt[13], 0) << "twelve bytes";
    EXPECT_EQ(keys.authentication, (std::array<uint8_t, 20>{}));
  }
}

}  // namespace
}  // namespace parley
