#include "sfu/wire/sdp_fragment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// In the form of RFC 9725 section 4.3.1.
constexpr std::string_view kTrickle =
    "a=group:BUNDLE 0 1\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
    "a=mid:0\r\n"
    "a=ice-ufrag:EsAw\r\n"
    "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
    "a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host\r\n"
    "a=end-of-candidates\r\n";

TEST(SdpFragment, ReadsTrickledCandidates) {
  auto fragment = ParseSdpFragment(kTrickle);
  ASSERT_TRUE(fragment) << fragment.error().message;
  EXPECT_EQ(fragment->group, (SdpGroup{"BUNDLE", {"0", "1"}}));
  EXPECT_EQ(fragment->media_line, "audio 9 UDP/TLS/RTP/SAVPF 111");
  EXPECT_EQ(fragment->mid, "0");
  EXPECT_EQ(fragment->ice_ufrag, "EsAw");
  EXPECT_EQ(fragment->ice_pwd, "P2uYro0UCOQ4zxjKXaWCBui1");
  EXPECT_THAT(fragment->candidates,
              ElementsAre("1387637174 1 udp 2122260223 192.0.2.1 61764 typ host"));
  EXPECT_TRUE(fragment->end_of_candidates);
  EXPECT_FALSE(fragment->ice_lite);
}

TEST(SdpFragment, ReadsCredentialsAboveTheMLines) {
  auto fragment = ParseSdpFragment(
      "a=ice-lite\na=ice-options:trickle "
      "ice2\na=ice-ufrag:first\na=ice-pwd:aaaaaaaaaaaaaaaaaaaaaa\n"
      "m=audio 9 RTP/AVP 0\na=mid:a\nm=video 9 RTP/AVP 96\na=mid:v\na=ice-ufrag:second\n");
  ASSERT_TRUE(fragment) << fragment.error().message;
  EXPECT_EQ(fragment->ice_ufrag, "first");
  EXPECT_EQ(fragment->mid, "a");
  EXPECT_THAT(fragment->ice_options, ElementsAre("trickle", "ice2"));
  EXPECT_TRUE(fragment->ice_lite);
}

TEST(SdpFragment, WritesWhatItReads) {
  auto fragment = ParseSdpFragment(kTrickle);
  ASSERT_TRUE(fragment);
  EXPECT_EQ(WriteSdpFragment(*fragment), kTrickle);
}

TEST(SdpFragment, SaysWhichLineIsWrong) {
  auto fragment = ParseSdpFragment("a=mid:0\r\na=ice-pwd:short\r\n");
  ASSERT_FALSE(fragment);
  EXPECT_EQ(fragment.error().line, 2);
  EXPECT_THAT(fragment.error().message, HasSubstr("22 to 256"));
}

TEST(SdpFragment, HoldsItsLimits) {
  std::string lines;
  for (size_t i = 0; i < kMaxSdpAttributes; ++i) lines += "a=candidate:x\r\n";
  EXPECT_TRUE(ParseSdpFragment(lines));
  EXPECT_FALSE(ParseSdpFragment(lines + "a=candidate:x\r\n"));
  EXPECT_FALSE(ParseSdpFragment(std::string(kMaxSdpBytes + 1, 'a')));
}

TEST(SdpFragment, EveryTruncationIsReadOrRefused) {
  for (size_t size = 0; size < kTrickle.size(); ++size) {
    auto fragment = ParseSdpFragment(kTrickle.substr(0, size));
    if (!fragment) {
      EXPECT_FALSE(fragment.error().message.empty());
    }
  }
}

}  // namespace
}  // namespace parley
