#pragma once

// One RTCP packet at a time: written into a buffer, found in a datagram.

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "sfu/wire/rtcp.h"
#include "tests/sfu/wire/wire_test_util.h"

namespace parley {

// The first packet; fails the test when the datagram is not RTCP. `datagram` must outlive it.
inline RtcpPacket FirstPacket(std::span<const uint8_t> datagram) {
  std::optional<RtcpCompound> compound = RtcpCompound::Parse(datagram);
  EXPECT_TRUE(compound);
  return compound ? *compound->begin() : RtcpPacket{};
}

// What `write(ByteWriter&)` -> bool wrote; also shows that every smaller buffer is refused whole.
template <class Write>
std::vector<uint8_t> WriteAndProve(Write&& write) {
  std::array<uint8_t, 2000> roomy;
  ByteWriter out(roomy);
  EXPECT_TRUE(write(out));
  std::vector<uint8_t> packet(out.written().begin(), out.written().end());
  EXPECT_EQ(packet.size() % 4, 0u);
  for (size_t size = 0; size < packet.size(); ++size) {
    std::vector<uint8_t> exact(size);
    ByteWriter small(exact);
    EXPECT_FALSE(write(small)) << size;
    EXPECT_TRUE(small.ok());
    EXPECT_EQ(small.size(), 0u);
  }
  std::vector<uint8_t> exact(packet.size());
  ByteWriter fits(exact);
  EXPECT_TRUE(write(fits));
  EXPECT_EQ(exact, packet);
  return packet;
}

// No view of a packet whose body was cut, with a length field that fits the cut.
template <class View>
void ExpectRefusesShortBodies(const RtcpPacket& packet) {
  ASSERT_TRUE(View::Parse(packet));
  ForEachTruncation(packet.body, [&](std::span<const uint8_t> body) {
    EXPECT_FALSE(View::Parse({packet.type, packet.count, body})) << body.size();
  });
}

}  // namespace parley
