#include "sfu/wire/rtcp_twcc.h"

#include <gtest/gtest.h>

#include "tests/sfu/wire/rtcp_test_util.h"

namespace parley {
namespace {

// What arrived, as text: "7@250 8@- 9@500" in microseconds since the reference time.
std::string Text(const TwccView& view) {
  std::string text;
  view.ForEach([&](SeqNum seq, std::optional<Duration> at) {
    text += (text.empty() ? "" : " ") + std::to_string(seq.value()) + "@" +
            (at ? std::to_string((*at - view.reference_time()).us()) : "-");
  });
  return text;
}

std::string TextOf(std::string_view hex) {
  std::vector<uint8_t> bytes = FromHex(hex);
  std::optional<TwccView> view = TwccView::Parse(FirstPacket(bytes));
  return view ? Text(*view) : "refused";
}

TEST(Twcc, ReadsTheFixedFields) {
  auto bytes = FromHex("8fcd0005 00000001 00000002 fffe0001 fffffe07 20010a00");
  std::optional<TwccView> view = TwccView::Parse(FirstPacket(bytes));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->sender_ssrc(), Ssrc(1));
  EXPECT_EQ(view->media_ssrc(), Ssrc(2));
  EXPECT_EQ(view->base_seq(), SeqNum(0xfffe));
  EXPECT_EQ(view->packet_count(), 1);
  EXPECT_EQ(view->reference_units(), -2);
  EXPECT_EQ(view->reference_time(), Duration::Millis(-128));
  EXPECT_EQ(view->feedback_count(), 7);
}

TEST(Twcc, RunLengthChunks) {
  // Two small, then three not received, then one large and negative.
  EXPECT_EQ(TextOf("8fcd0007 00000001 00000002 ffff0006 00000000 2002 0003 4001 0104 ffff 0000"),
            "65535@250 0@1250 1@- 2@- 3@- 4@1000");
}

TEST(Twcc, OneBitVector) {
  EXPECT_EQ(TextOf("8fcd0005 00000001 00000002 00000004 00000000 b000 0204"),
            "0@500 1@1500 2@- 3@-");
}

TEST(Twcc, TwoBitVector) {
  // 01 10 00 11 01: small, large, missing, reserved, small.
  EXPECT_EQ(TextOf("8fcd0006 00000001 00000002 00000005 00000000 d8d0 01 0100 02 0000"),
            "0@250 1@64250 2@- 3@- 4@64750");
}

// libwebrtc ends its feedback with one to three padding bytes.
TEST(Twcc, PaddingThatIsNoWholeWord) {
  EXPECT_EQ(TextOf("afcd0006 00000001 00000002 00000002 00000000 2002 0104 00000004"),
            "0@250 1@1250");
  EXPECT_EQ(TextOf("afcd0005 00000001 00000002 00000001 00000000 2001 0101"), "0@250");
  // The padding takes the second delta away.
  EXPECT_EQ(TextOf("afcd0005 00000001 00000002 00000002 00000000 2002 0101"), "refused");
}

TEST(Twcc, RunsLongerThanTheCountAreCutToIt) {
  EXPECT_EQ(TextOf("8fcd0005 00000001 00000002 00000001 00000000 3fff 0100"), "0@250");
}

TEST(Twcc, RefusesWhatDoesNotAddUp) {
  EXPECT_EQ(TextOf("8fcd0005 00000001 00000002 00000000 00000000 20010100"), "refused");
  EXPECT_EQ(TextOf("8fcd0004 00000001 00000002 00000001 00000000"), "refused");
  EXPECT_EQ(TextOf("8fcd0005 00000001 00000002 00000003 00000000 20030101"), "refused");
  EXPECT_EQ(TextOf("8fcd0005 00000001 00000002 0000ffff 00000000 00010001"), "refused");
  // Chunks that make no headway end with the body.
  EXPECT_EQ(TextOf("8fcd0005 00000001 00000002 0000ffff 00000000 20000000"), "refused");
}

TEST(Twcc, RefusesShortBodies) {
  auto bytes = FromHex("8fcd0006 00000001 00000002 00000005 00000000 d8d0 01 0100 02 0000");
  bytes.resize(28);
  RtcpPacket packet = FirstPacket(bytes);
  // The last two bytes are padding of zeros, not deltas.
  packet.body = packet.body.first(packet.body.size() - 2);
  ExpectRefusesShortBodies<TwccView>(packet);
}

}  // namespace
}  // namespace parley
