#include <gtest/gtest.h>

#include <random>

#include "sfu/wire/rtcp_feedback_nack.h"
#include "sfu/wire/rtcp_feedback_pli_fir.h"
#include "sfu/wire/rtcp_remb.h"
#include "tests/sfu/wire/rtcp_test_util.h"

namespace parley {
namespace {

std::vector<uint16_t> Seqs(const NackView& view) {
  std::vector<uint16_t> seqs;
  view.ForEach([&](SeqNum seq) { seqs.push_back(seq.value()); });
  return seqs;
}

std::vector<SeqNum> ToSeqNums(const std::vector<uint16_t>& values) {
  std::vector<SeqNum> seqs;
  seqs.reserve(values.size());
  for (uint16_t v : values) seqs.push_back(SeqNum(v));
  return seqs;
}

TEST(Nack, BitmaskCountsFromTheNextAndWraps) {
  auto bytes = FromHex("81cd0003 00000001 00000002 fffe8005");
  std::optional<NackView> view = NackView::Parse(FirstPacket(bytes));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->sender_ssrc(), Ssrc(1));
  EXPECT_EQ(view->media_ssrc(), Ssrc(2));
  EXPECT_EQ(Seqs(*view), (std::vector<uint16_t>{0xfffe, 0xffff, 1, 14}));
}

TEST(Nack, PacksSeventeenIntoOneItem) {
  std::vector<SeqNum> seqs;
  seqs.reserve(17);
  for (int i = 0; i < 17; ++i) seqs.push_back(SeqNum(65530) + i);
  std::array<uint8_t, 16> buffer;
  ByteWriter out(buffer);
  EXPECT_EQ(WriteNack(out, Ssrc(1), Ssrc(2), seqs), 17u);
  EXPECT_EQ(std::vector<uint8_t>(buffer.begin(), buffer.end()),
            FromHex("81cd0003 00000001 00000002 fffaffff"));
}

TEST(Nack, RoundTripsRandomLists) {
  std::mt19937 random(20261123);
  for (int round = 0; round < 300; ++round) {
    std::vector<uint16_t> values;
    auto seq = static_cast<uint16_t>(random());
    for (size_t n = 1 + random() % 50; n > 0; --n) {
      values.push_back(seq);
      seq = static_cast<uint16_t>(seq + 1 + random() % (random() % 2 ? 3 : 200));
    }
    std::array<uint8_t, 400> buffer;
    ByteWriter out(buffer);
    ASSERT_EQ(WriteNack(out, Ssrc(1), Ssrc(2), ToSeqNums(values)), values.size());
    EXPECT_EQ(Seqs(*NackView::Parse(FirstPacket(out.written()))), values);
  }
}

TEST(Nack, WritesAsManyAsFitAndSaysHowMany) {
  std::vector<SeqNum> seqs = ToSeqNums({1, 2, 100, 101, 200});
  for (size_t size = 0; size < 32; ++size) {
    std::vector<uint8_t> buffer(size);
    ByteWriter out(buffer);
    size_t expected = size < 16 ? 0 : size < 20 ? 2 : size < 24 ? 4 : 5;
    EXPECT_EQ(WriteNack(out, Ssrc(1), Ssrc(2), seqs), expected) << size;
    if (expected > 0) {
      EXPECT_EQ(Seqs(*NackView::Parse(FirstPacket(out.written()))).size(), expected);
    }
  }
  std::array<uint8_t, 100> buffer;
  ByteWriter out(buffer);
  EXPECT_EQ(WriteNack(out, Ssrc(1), Ssrc(2), {}), 0u);
  EXPECT_EQ(out.size(), 0u);
}

TEST(Nack, RefusesBodiesWithoutAnItem) {
  auto bytes = FromHex("81cd0003 00000001 00000002 00010000");
  ExpectRefusesShortBodies<NackView>(FirstPacket(bytes));
  EXPECT_FALSE(NackView::Parse(FirstPacket(FromHex("82cd0003 00000001 00000002 00010000"))));
  // Two bytes of padding leave half an item.
  EXPECT_FALSE(
      NackView::Parse(FirstPacket(FromHex("a1cd0004 00000001 00000002 00010000 00010002"))));
}

TEST(Pli, RoundTrips) {
  auto packet = WriteAndProve([](ByteWriter& out) { return WritePli(out, Ssrc(1), Ssrc(2)); });
  EXPECT_EQ(packet, FromHex("81ce0002 00000001 00000002"));
  std::optional<PliView> view = PliView::Parse(FirstPacket(packet));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->sender_ssrc(), Ssrc(1));
  EXPECT_EQ(view->media_ssrc(), Ssrc(2));
  ExpectRefusesShortBodies<PliView>(FirstPacket(packet));
  EXPECT_FALSE(FirView::Parse(FirstPacket(packet)));
}

TEST(Fir, RoundTrips) {
  auto packet =
      WriteAndProve([](ByteWriter& out) { return WriteFir(out, Ssrc(1), {Ssrc(2), 255}); });
  EXPECT_EQ(packet, FromHex("84ce0004 00000001 00000000 00000002 ff000000"));
  std::optional<FirView> view = FirView::Parse(FirstPacket(packet));
  ASSERT_TRUE(view);
  ASSERT_EQ(view->entry_count(), 1u);
  EXPECT_EQ(view->entry(0).ssrc, Ssrc(2));
  EXPECT_EQ(view->entry(0).seq, 255);
  ExpectRefusesShortBodies<FirView>(FirstPacket(packet));
  EXPECT_FALSE(PliView::Parse(FirstPacket(packet)));
}

TEST(Remb, Bytes) {
  std::vector<Ssrc> ssrcs = {Ssrc(0xf310a866)};
  auto packet = WriteAndProve([&](ByteWriter& out) {
    return WriteRemb(out, Ssrc(1), Bitrate::BitsPerSecond(128'000), ssrcs);
  });
  EXPECT_EQ(packet, FromHex("8fce0005 00000001 00000000 52454d42 0101f400 f310a866"));
  std::optional<RembView> view = RembView::Parse(FirstPacket(packet));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->bitrate(), Bitrate::BitsPerSecond(128'000));
  ASSERT_EQ(view->ssrc_count(), 1u);
  EXPECT_EQ(view->ssrc(0), ssrcs[0]);
  ExpectRefusesShortBodies<RembView>(FirstPacket(packet));
}

TEST(Remb, RoundsDownByLessThanTheMantissasLastBit) {
  for (int64_t bps : {int64_t{0}, int64_t{1}, int64_t{0x3FFFF}, int64_t{0x40000}, int64_t{0x7FFFF},
                      int64_t{1'234'567'891}, std::numeric_limits<int64_t>::max()}) {
    std::array<uint8_t, 20> buffer;
    ByteWriter out(buffer);
    ASSERT_TRUE(WriteRemb(out, Ssrc(1), Bitrate::BitsPerSecond(bps), {}));
    Bitrate read = RembView::Parse(FirstPacket(out.written()))->bitrate();
    EXPECT_LE(read.bps(), bps);
    EXPECT_GE(read.bps(), bps - (bps >> 17));
  }
}

TEST(Remb, MoreThan63BitsAreUnlimited) {
  auto bytes = FromHex("8fce0004 00000001 00000000 52454d42 00ffffff");
  EXPECT_EQ(RembView::Parse(FirstPacket(bytes))->bitrate(), Bitrate::Unlimited());
}

TEST(Remb, OtherApplicationFeedbackIsNotRemb) {
  EXPECT_FALSE(
      RembView::Parse(FirstPacket(FromHex("8fce0004 00000001 00000000 52454d43 0001f400"))));
  // One SSRC promised, none there.
  EXPECT_FALSE(
      RembView::Parse(FirstPacket(FromHex("8fce0004 00000001 00000000 52454d42 0101f400"))));
}

}  // namespace
}  // namespace parley
