#include <gtest/gtest.h>

#include <string>

#include "sfu/wire/rtcp_bye.h"
#include "sfu/wire/rtcp_sdes.h"
#include "tests/sfu/wire/rtcp_test_util.h"

namespace parley {
namespace {

TEST(Sdes, CnamesOfEveryLengthRoundTrip) {
  for (size_t size = 0; size <= 255; ++size) {
    std::string cname(size, 'c');
    std::array<uint8_t, 300> buffer;
    ByteWriter out(buffer);
    ASSERT_TRUE(WriteSdesCname(out, Ssrc(9), cname));
    ASSERT_EQ(out.size() % 4, 0u);
    std::optional<SdesView> view = SdesView::Parse(FirstPacket(out.written()));
    ASSERT_TRUE(view) << size;
    int items = 0;
    view->ForEachItem([&](const SdesView::Item& item) {
      ++items;
      EXPECT_EQ(item.ssrc, Ssrc(9));
      EXPECT_EQ(item.type, SdesView::kCname);
      EXPECT_EQ(item.text, cname);
    });
    EXPECT_EQ(items, 1);
  }
  std::array<uint8_t, 400> buffer;
  ByteWriter out(buffer);
  EXPECT_FALSE(WriteSdesCname(out, Ssrc(9), std::string(256, 'c')));
}

TEST(Sdes, ChunksWithSeveralItemsAndWithNone) {
  auto bytes = FromHex(
      "83ca0008 00000001 010161 02026262 00 00000002 00000000"
      "00000003 06036162 63000000");
  std::optional<SdesView> view = SdesView::Parse(FirstPacket(bytes));
  ASSERT_TRUE(view);
  std::string seen;
  view->ForEachItem([&](const SdesView::Item& item) {
    seen += std::to_string(item.ssrc.value()) + ":" + std::to_string(item.type) + "=" +
            std::string(item.text) + " ";
  });
  EXPECT_EQ(seen, "1:1=a 1:2=bb 3:6=abc ");
  ExpectRefusesShortBodies<SdesView>(FirstPacket(bytes));
}

TEST(Sdes, RefusesItemsThatOverrun) {
  EXPECT_FALSE(SdesView::Parse(FirstPacket(FromHex("81ca0002 00000001 01ff6100"))));
  EXPECT_FALSE(SdesView::Parse(FirstPacket(FromHex("82ca0002 00000001 00000000"))));
  EXPECT_TRUE(SdesView::Parse(FirstPacket(FromHex("80ca0000"))));
}

TEST(Sdes, SmallBuffersAreRefused) {
  WriteAndProve([](ByteWriter& out) { return WriteSdesCname(out, Ssrc(1), "parley"); });
}

TEST(Bye, RoundTripsWithAndWithoutReason) {
  std::vector<Ssrc> sources = {Ssrc(1), Ssrc(0xFFFFFFFF)};
  for (std::string reason : {"", "b", "by", "bye", "left", "room closed"}) {
    auto packet = WriteAndProve([&](ByteWriter& out) { return WriteBye(out, sources, reason); });
    std::optional<ByeView> view = ByeView::Parse(FirstPacket(packet));
    ASSERT_TRUE(view);
    ASSERT_EQ(view->source_count(), 2u);
    EXPECT_EQ(view->source(0), Ssrc(1));
    EXPECT_EQ(view->source(1), Ssrc(0xFFFFFFFF));
    EXPECT_EQ(view->reason(), reason);
  }
}

TEST(Bye, RefusesSourcesAndReasonsThatOverrun) {
  EXPECT_FALSE(ByeView::Parse(FirstPacket(FromHex("82cb0001 00000001"))));
  EXPECT_FALSE(ByeView::Parse(FirstPacket(FromHex("81cb0002 00000001 04616263"))));
  EXPECT_TRUE(ByeView::Parse(FirstPacket(FromHex("81cb0002 00000001 03616263"))));
  EXPECT_TRUE(ByeView::Parse(FirstPacket(FromHex("80cb0000"))));
}

}  // namespace
}  // namespace parley
