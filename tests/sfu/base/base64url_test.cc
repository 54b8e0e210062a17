#include "sfu/base/base64url.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

std::vector<uint8_t> Bytes(std::string_view text) { return {text.begin(), text.end()}; }

// RFC 4648 section 10, in the URL alphabet and without padding.
TEST(Base64UrlTest, KnownAnswers) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : cases) {
    EXPECT_EQ(EncodeBase64Url(Bytes(plain)), encoded);
    EXPECT_EQ(DecodeBase64Url(encoded), Bytes(plain));
  }
  EXPECT_EQ(EncodeBase64Url(std::vector<uint8_t>{0xFB, 0xFF}), "-_8");
}

TEST(Base64UrlTest, EveryByteSurvives) {
  std::vector<uint8_t> data;
  for (int i = 0; i < 256; ++i) {
    data.push_back(static_cast<uint8_t>(i * 73));
    EXPECT_EQ(DecodeBase64Url(EncodeBase64Url(data)), data);
  }
}

TEST(Base64UrlTest, RefusesWhatIsNotCanonical) {
  for (std::string_view bad :
       {"Z", "Zg==", "Zm9v=", "Zm9+", "Zm9/", "Zm 9", "Zh", "Zm9vYmF\n", "Zm9vYmG"}) {
    EXPECT_FALSE(DecodeBase64Url(bad)) << bad;
  }
}

}  // namespace
}  // namespace parley
