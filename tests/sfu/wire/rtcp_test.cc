#include "sfu/wire/rtcp.h"

#include <gtest/gtest.h>

#include "tests/sfu/wire/rtcp_test_util.h"

namespace parley {
namespace {

// RR without blocks, SDES of one chunk, PLI.
const std::vector<uint8_t> kCompound = FromHex(
    "80c90001 00000001"
    "81ca0003 00000001 01024142 00000000"
    "81ce0002 00000001 00000002");

std::vector<int> Types(const std::vector<uint8_t>& bytes) {
  std::vector<int> types;
  std::optional<RtcpCompound> compound = RtcpCompound::Parse(bytes);
  if (!compound) return types;
  for (RtcpPacket packet : *compound) types.push_back(static_cast<int>(packet.type));
  return types;
}

TEST(RtcpCompound, YieldsEveryPacket) {
  EXPECT_EQ(Types(kCompound), (std::vector<int>{201, 202, 206}));
  std::optional<RtcpCompound> compound = RtcpCompound::Parse(kCompound);
  auto it = compound->begin();
  EXPECT_EQ((*it).count, 0);
  EXPECT_EQ((*it).body.size(), 4u);
  ++it;
  EXPECT_EQ((*it).count, 1);
  EXPECT_EQ((*it).body.size(), 12u);
}

TEST(RtcpCompound, TruncationsAreRefusedUnlessBetweenPackets) {
  ForEachTruncation(kCompound, [](std::span<const uint8_t> prefix) {
    bool whole = prefix.size() == 8 || prefix.size() == 24;
    EXPECT_EQ(RtcpCompound::Parse(prefix).has_value(), whole) << prefix.size();
  });
}

TEST(RtcpCompound, RefusesOtherVersionsAndAbsurdLengths) {
  std::vector<uint8_t> bytes = kCompound;
  bytes[24] = 0x41;
  EXPECT_FALSE(RtcpCompound::Parse(bytes));
  bytes = kCompound;
  bytes[26] = bytes[27] = 0xff;
  EXPECT_FALSE(RtcpCompound::Parse(bytes));
  EXPECT_FALSE(RtcpCompound::Parse({}));
}

TEST(RtcpCompound, UnknownTypesArePassedOn) {
  EXPECT_EQ(Types(FromHex("80d00000")), (std::vector<int>{208}));
}

TEST(RtcpCompound, TakesPaddingOff) {
  EXPECT_EQ(FirstPacket(FromHex("a0c90002 00000001 00000004")).body.size(), 4u);
  // As libwebrtc pads feedback: two bytes, not a word.
  EXPECT_EQ(FirstPacket(FromHex("a0c90002 00000001 00000002")).body.size(), 6u);
  EXPECT_FALSE(RtcpCompound::Parse(FromHex("a0c90001 00000000")));
  EXPECT_FALSE(RtcpCompound::Parse(FromHex("a0c90001 00000005")));
  EXPECT_TRUE(RtcpCompound::Parse(FromHex("a0c90001 00000004")));
  // A padding byte would have to lie in the header.
  EXPECT_FALSE(RtcpCompound::Parse(FromHex("a0c90000")));
}

TEST(RtcpCompound, CorpusIsWalkedWithinBounds) {
  for (const CorpusFile& file : ReadCorpus("rtcp")) {
    std::optional<RtcpCompound> compound = RtcpCompound::Parse(file.bytes);
    if (!compound) continue;
    size_t bytes = 0;
    for (RtcpPacket packet : *compound) bytes += kRtcpHeaderSize + packet.body.size();
    EXPECT_LE(bytes, file.bytes.size()) << file.name;
  }
}

}  // namespace
}  // namespace parley
