#include "sfu/wire/rtp.h"

#include <gtest/gtest.h>

#include "tests/sfu/wire/wire_test_util.h"

namespace parley {
namespace {

std::vector<uint8_t> Data(std::span<const uint8_t> s) { return {s.begin(), s.end()}; }

// Marker, PT 111, one CSRC, one-byte elements 1 (2 bytes), padding, 3 (1 byte), payload, padding 2.
const std::vector<uint8_t> kOneByte = FromHex(
    "b1efffff 01020304 a0b0c0d0 0000002a"
    "bede0002 11cafe00 30850000"
    "deadbeef 0002");

// Two-byte elements 1 (2 bytes), 16 (empty), 255 (1 byte).
const std::vector<uint8_t> kTwoByte = FromHex(
    "9060 0001 00000002 00000003 1005 0003"
    "0102cafe 1000ff01 07000000 99");

TEST(RtpView, ReadsAPacketWithEverything) {
  std::optional<RtpView> view = RtpView::Parse(kOneByte);
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->marker());
  EXPECT_EQ(view->payload_type(), PayloadType(111));
  EXPECT_EQ(view->seq(), SeqNum(65535));
  EXPECT_EQ(view->timestamp(), RtpTimestamp(0x01020304));
  EXPECT_EQ(view->ssrc(), Ssrc(0xa0b0c0d0));
  ASSERT_EQ(view->csrc_count(), 1u);
  EXPECT_EQ(view->csrc(0), 42u);
  EXPECT_TRUE(view->has_extension_block());
  EXPECT_EQ(view->extension_profile(), kRtpOneByteProfile);
  EXPECT_EQ(view->header_size(), 28u);
  EXPECT_EQ(Data(view->payload()), FromHex("deadbeef"));
  EXPECT_EQ(view->padding_size(), 2u);
  ASSERT_TRUE(view->FindExtension(1));
  EXPECT_EQ(Data(*view->FindExtension(1)), FromHex("cafe"));
  ASSERT_TRUE(view->FindExtension(3));
  EXPECT_EQ(Data(*view->FindExtension(3)), FromHex("85"));
  EXPECT_FALSE(view->FindExtension(0));
  EXPECT_FALSE(view->FindExtension(2));
}

TEST(RtpView, ReadsTwoByteExtensionsWithAppbits) {
  std::optional<RtpView> view = RtpView::Parse(kTwoByte);
  ASSERT_TRUE(view);
  EXPECT_EQ(Data(*view->FindExtension(1)), FromHex("cafe"));
  ASSERT_TRUE(view->FindExtension(16));
  EXPECT_TRUE(view->FindExtension(16)->empty());
  EXPECT_EQ(Data(*view->FindExtension(255)), FromHex("07"));
  std::vector<int> ids;
  view->ForEachExtension([&](const RtpView::Extension& e) { ids.push_back(e.id); });
  EXPECT_EQ(ids, (std::vector<int>{1, 16, 255}));
}

TEST(RtpView, MinimalPacket) {
  std::vector<uint8_t> bytes = FromHex("80000000 00000000 00000000");
  std::optional<RtpView> view = RtpView::Parse(bytes);
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->payload().empty());
  EXPECT_FALSE(view->has_extension_block());
  EXPECT_FALSE(view->FindExtension(1));
  EXPECT_EQ(view->extension_profile(), 0);
}

TEST(RtpView, PaddingOnlyPacket) {
  std::vector<uint8_t> bytes = FromHex("a0000000 00000000 00000000 00000004");
  std::optional<RtpView> view = RtpView::Parse(bytes);
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->payload().empty());
  EXPECT_EQ(view->padding_size(), 4u);
}

TEST(RtpView, RefusesEveryTruncationOfTheHeader) {
  for (const auto* bytes : {&kOneByte, &kTwoByte}) {
    size_t header_size = RtpView::Parse(*bytes)->header_size();
    ForEachTruncation(*bytes, [&](std::span<const uint8_t> prefix) {
      std::optional<RtpView> view = RtpView::Parse(prefix);
      if (prefix.size() < header_size) {
        EXPECT_FALSE(view) << prefix.size();
      }
      if (view) {
        EXPECT_LE(view->payload().size() + view->header_size(), prefix.size());
      }
    });
  }
}

TEST(RtpView, RefusesOtherVersions) {
  for (int version : {0, 1, 3}) {
    std::vector<uint8_t> bytes = kOneByte;
    bytes[0] = static_cast<uint8_t>((bytes[0] & 0x3F) | version << 6);
    EXPECT_FALSE(RtpView::Parse(bytes));
  }
}

TEST(RtpView, RefusesLengthsThatDoNotFit) {
  std::vector<uint8_t> padding = FromHex("a0000000 00000000 00000000 00000005");
  EXPECT_FALSE(RtpView::Parse(padding));
  padding.back() = 0;
  EXPECT_FALSE(RtpView::Parse(padding));
  EXPECT_FALSE(RtpView::Parse(FromHex("90000000 00000000 00000000 bedeffff 10000000")));
  EXPECT_FALSE(RtpView::Parse(FromHex("8f000000 00000000 00000000 00000000")));
  EXPECT_FALSE(RtpView::Parse(std::vector<uint8_t>(70'000, 0x80)));
}

TEST(RtpView, AnElementThatOverrunsItsBlockEndsTheWalk) {
  std::vector<uint8_t> bytes = FromHex("90000000 00000000 00000000 bede0001 10aa2fbb cc");
  std::optional<RtpView> view = RtpView::Parse(bytes);
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->FindExtension(1));
  EXPECT_FALSE(view->FindExtension(2));
  EXPECT_EQ(view->payload().size(), 1u);

  // A two-byte element whose length byte lies behind the block.
  bytes = FromHex("90000000 00000000 00000000 10000001 0101aa02");
  view = RtpView::Parse(bytes);
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->FindExtension(1));
  EXPECT_FALSE(view->FindExtension(2));
}

// RFC 8285 section 4.2: id 15, and id 0 with a length, end the block.
TEST(RtpView, ReservedOneByteIdsEndTheWalk) {
  for (const char* hex : {"90000000 00000000 00000000 bede0002 10aaf0bb 20cc0000",
                          "90000000 00000000 00000000 bede0002 10aa01bb 20cc0000"}) {
    std::vector<uint8_t> bytes = FromHex(hex);
    std::optional<RtpView> view = RtpView::Parse(bytes);
    ASSERT_TRUE(view);
    EXPECT_TRUE(view->FindExtension(1));
    EXPECT_FALSE(view->FindExtension(15));
    EXPECT_FALSE(view->FindExtension(2));
  }
}

TEST(RtpView, SkipsBlocksOfUnknownProfiles) {
  std::vector<uint8_t> bytes = FromHex("90000000 00000000 00000000 12340001 10aa20bb 77");
  std::optional<RtpView> view = RtpView::Parse(bytes);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->extension_profile(), 0x1234);
  EXPECT_FALSE(view->FindExtension(1));
  EXPECT_EQ(Data(view->payload()), FromHex("77"));
}

TEST(RtpView, AWalkOverElementsTellsWhetherAllWasRead) {
  const auto read = [](const std::string& extensions) {
    const std::vector<uint8_t> bytes = FromHex("90000000 00000000 00000000 " + extensions);
    return RtpView::Parse(bytes)->ForEachExtension([](const RtpView::Extension&) {});
  };
  EXPECT_TRUE(RtpView::Parse(kOneByte)->ForEachExtension([](const RtpView::Extension&) {}));
  EXPECT_TRUE(RtpView::Parse(kTwoByte)->ForEachExtension([](const RtpView::Extension&) {}));
  EXPECT_TRUE(RtpView::Parse(FromHex("80000000 00000000 00000000"))
                  ->ForEachExtension([](const RtpView::Extension&) {}));
  EXPECT_TRUE(read("bede0000")) << "empty";
  EXPECT_TRUE(read("bede0002 10aa0000 00000000")) << "padding behind the last";
  EXPECT_TRUE(read("12340000")) << "nothing of an unknown profile";
  EXPECT_FALSE(read("12340001 10aa20bb")) << "something of an unknown profile";
  EXPECT_FALSE(read("bede0001 10aa2fbb")) << "one byte, overruns its block";
  EXPECT_FALSE(read("10000001 0101aa02")) << "two bytes, the length behind the block";
  EXPECT_FALSE(read("bede0002 10aaf0bb 20cc0000")) << "id 15";
  EXPECT_FALSE(read("bede0002 10aa01bb 20cc0000")) << "id 0 with a length";
}

TEST(RtpSetters, ChangeOnlyTheirField) {
  std::vector<uint8_t> bytes = kOneByte;
  SetMarker(bytes, false);
  EXPECT_EQ(RtpView::Parse(bytes)->payload_type(), PayloadType(111));
  SetPayloadType(bytes, PayloadType(45));
  EXPECT_FALSE(RtpView::Parse(bytes)->marker());
  SetMarker(bytes, true);
  SetSeq(bytes, SeqNum(65535) + 1);
  SetTimestamp(bytes, RtpTimestamp(0xFFFFFFFF));
  SetSsrc(bytes, Ssrc(7));
  std::optional<RtpView> view = RtpView::Parse(bytes);
  EXPECT_TRUE(view->marker());
  EXPECT_EQ(view->payload_type(), PayloadType(45));
  EXPECT_EQ(view->seq(), SeqNum(0));
  EXPECT_EQ(view->timestamp(), RtpTimestamp(0xFFFFFFFF));
  EXPECT_EQ(view->ssrc(), Ssrc(7));
  EXPECT_TRUE(std::equal(bytes.begin() + 12, bytes.end(), kOneByte.begin() + 12));
}

TEST(RtpView, SurvivesTheCorpus) {
  for (const CorpusFile& file : ReadCorpus("rtp")) {
    std::optional<RtpView> view = RtpView::Parse(file.bytes);
    if (!view) continue;
    size_t elements = 0;
    view->ForEachExtension([&](const RtpView::Extension& e) { elements += 1 + e.data.size(); });
    EXPECT_LE(elements, view->header_size()) << file.name;
  }
}

TEST(RtpView, PaddingIsAddedOnceAndIsNoPayload) {
  std::vector<uint8_t> buffer{0x80, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0xAA, 0xBB};
  const size_t size = buffer.size();
  buffer.resize(size + 255, 0xFF);
  EXPECT_FALSE(AddPadding(buffer, size, 0));
  EXPECT_FALSE(AddPadding(buffer, size, 256));
  EXPECT_FALSE(AddPadding(std::span(buffer).first(size + 3), size, 4));
  EXPECT_EQ(buffer[0], 0x80);
  for (size_t padding : {size_t{1}, size_t{2}, size_t{255}}) {
    std::vector<uint8_t> padded = buffer;
    ASSERT_TRUE(AddPadding(padded, size, padding));
    const auto view = RtpView::Parse(std::span(padded).first(size + padding));
    ASSERT_TRUE(view);
    EXPECT_EQ(view->padding_size(), padding);
    EXPECT_EQ(view->payload().size(), 2u);
    EXPECT_FALSE(AddPadding(padded, size + padding, 1)) << "has some already";
  }
}

}  // namespace
}  // namespace parley
