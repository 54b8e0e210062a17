#include "sfu/wire/packet_kind.h"

#include <gtest/gtest.h>

#include <array>

namespace parley {
namespace {

PacketKind Kind(uint8_t first, uint8_t second) {
  std::array<uint8_t, 2> bytes = {first, second};
  return ClassifyPacket(bytes);
}

TEST(PacketKind, EveryFirstByte) {
  for (int first = 0; first < 256; ++first) {
    PacketKind expected = first <= 3                     ? PacketKind::kStun
                          : first >= 20 && first <= 63   ? PacketKind::kDtls
                          : first >= 128 && first <= 191 ? PacketKind::kRtp
                                                         : PacketKind::kOther;
    EXPECT_EQ(Kind(static_cast<uint8_t>(first), 0x60), expected) << first;
  }
}

TEST(PacketKind, RtcpByItsTypeWhateverTheCount) {
  for (int second = 0; second < 256; ++second) {
    bool rtcp = second >= 192 && second <= 223;
    EXPECT_EQ(Kind(0x80, static_cast<uint8_t>(second)),
              rtcp ? PacketKind::kRtcp : PacketKind::kRtp);
    EXPECT_EQ(Kind(0xBF, static_cast<uint8_t>(second)),
              rtcp ? PacketKind::kRtcp : PacketKind::kRtp);
  }
}

TEST(PacketKind, TooShortIsOther) {
  EXPECT_EQ(ClassifyPacket({}), PacketKind::kOther);
  std::array<uint8_t, 1> byte = {0x80};
  EXPECT_EQ(ClassifyPacket(byte), PacketKind::kOther);
}

}  // namespace
}  // namespace parley
