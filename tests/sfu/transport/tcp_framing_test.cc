#include "sfu/transport/tcp_framing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "sfu/base/random.h"

namespace parley {
namespace {

using Packets = std::vector<std::vector<uint8_t>>;

std::vector<uint8_t> Frame(const std::vector<uint8_t>& packet) {
  auto header = TcpFrameHeader(packet.size());
  std::vector<uint8_t> framed(header.begin(), header.end());
  framed.insert(framed.end(), packet.begin(), packet.end());
  return framed;
}

// Feeds `stream` in pieces of at most `piece` bytes.
Packets Deframe(TcpDeframer& deframer, std::span<const uint8_t> stream, size_t piece) {
  Packets packets;
  while (!stream.empty() && !deframer.failed()) {
    std::span<uint8_t> space = deframer.WriteSpace();
    size_t n = std::min({piece, space.size(), stream.size()});
    EXPECT_GT(n, 0u);
    if (n == 0) break;
    std::copy_n(stream.begin(), n, space.begin());
    stream = stream.subspan(n);
    deframer.Wrote(n);
    while (auto packet = deframer.Next()) packets.emplace_back(packet->begin(), packet->end());
  }
  return packets;
}

TEST(TcpFramingTest, HeaderIsTheLengthInNetworkOrder) {
  EXPECT_EQ(TcpFrameHeader(0x1234), (std::array<uint8_t, 2>{0x12, 0x34}));
  EXPECT_EQ(TcpFrameHeader(0), (std::array<uint8_t, 2>{0, 0}));
}

TEST(TcpFramingTest, GivesBackPacketsHoweverTheStreamIsCut) {
  SeededRandom random(5);
  Packets packets;
  std::vector<uint8_t> stream;
  for (size_t size : {1u, 2u, 100u, 1500u, 1499u, 3u, 1200u, 1500u, 1500u, 20u}) {
    std::vector<uint8_t> packet(size);
    random.Fill(packet);
    packets.push_back(packet);
    std::vector<uint8_t> framed = Frame(packet);
    stream.insert(stream.end(), framed.begin(), framed.end());
  }
  for (size_t piece : {1u, 2u, 3u, 7u, 100u, 1501u, 1502u, 1503u, 4000u}) {
    TcpDeframer deframer;
    EXPECT_EQ(Deframe(deframer, stream, piece), packets) << piece;
    EXPECT_FALSE(deframer.failed());
  }
}

TEST(TcpFramingTest, EveryTruncationGivesNothing) {
  std::vector<uint8_t> framed = Frame(std::vector<uint8_t>(300, 9));
  for (size_t size = 0; size < framed.size(); ++size) {
    TcpDeframer deframer;
    EXPECT_TRUE(Deframe(deframer, std::span(framed).first(size), 100).empty()) << size;
    EXPECT_FALSE(deframer.failed());
  }
}

TEST(TcpFramingTest, SkipsEmptyFrames) {
  TcpDeframer deframer;
  const uint8_t stream[] = {0, 0, 0, 0, 0, 1, 77, 0, 0};
  EXPECT_EQ(Deframe(deframer, stream, 4), (Packets{{77}}));
}

TEST(TcpFramingTest, FailsAtAFrameThatIsTooLarge) {
  TcpDeframer deframer;
  std::vector<uint8_t> stream = Frame({1, 2, 3});
  stream.push_back(1501 >> 8);
  stream.push_back(1501 & 0xFF);
  stream.resize(stream.size() + 40);
  EXPECT_EQ(Deframe(deframer, stream, 1000), (Packets{{1, 2, 3}}));
  EXPECT_TRUE(deframer.failed());
  EXPECT_TRUE(deframer.WriteSpace().empty());
  EXPECT_FALSE(deframer.Next());
}

}  // namespace
}  // namespace parley
