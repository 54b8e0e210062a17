#include "recorder/track/reorder_buffer.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley {
namespace {

const Timestamp kStart = Timestamp::Seconds(1);
const Duration kWait = Duration::Millis(200);

void Insert(ReorderBuffer& buffer, uint16_t seq, Timestamp now) {
  std::vector<uint8_t> bytes{static_cast<uint8_t>(seq)};
  buffer.Insert(SeqNum(seq), bytes, now);
}

// The low bytes of what comes out, in order; a gap is a -1 before the packet.
std::vector<int> Drain(ReorderBuffer& buffer, Timestamp now) {
  std::vector<int> out;
  while (auto packet = buffer.Pop(now)) {
    if (packet->gap_before) out.push_back(-1);
    out.push_back(packet->bytes[0]);
  }
  return out;
}

TEST(ReorderBufferTest, OrdersAcrossTheWrap) {
  ReorderBuffer buffer(kWait);
  Insert(buffer, 65534, kStart);
  Insert(buffer, 0, kStart);
  Insert(buffer, 65535, kStart);
  EXPECT_EQ(Drain(buffer, kStart), (std::vector<int>{254, 255, 0}));
}

TEST(ReorderBufferTest, WaitsForARetransmission) {
  ReorderBuffer buffer(kWait);
  Insert(buffer, 10, kStart);
  Insert(buffer, 12, kStart);
  EXPECT_EQ(Drain(buffer, kStart), (std::vector<int>{10}));
  EXPECT_EQ(buffer.NextTimeout(), kStart + kWait);
  Insert(buffer, 11, kStart + Duration::Millis(50));
  EXPECT_EQ(Drain(buffer, kStart + Duration::Millis(50)), (std::vector<int>{11, 12}));
  EXPECT_EQ(buffer.lost(), 0u);
  EXPECT_TRUE(buffer.NextTimeout().IsNever());
}

TEST(ReorderBufferTest, SkipsWhatNeverComesAndSaysSo) {
  ReorderBuffer buffer(kWait);
  Insert(buffer, 10, kStart);
  Insert(buffer, 13, kStart);
  Insert(buffer, 14, kStart);
  Drain(buffer, kStart);
  EXPECT_EQ(Drain(buffer, kStart + kWait), (std::vector<int>{-1, 13, 14}));
  EXPECT_EQ(buffer.lost(), 2u);
  Insert(buffer, 12, kStart + kWait);
  Insert(buffer, 14, kStart + kWait);
  EXPECT_EQ(Drain(buffer, kStart + kWait), (std::vector<int>{}));
  EXPECT_EQ(buffer.dropped(), 2u);
}

TEST(ReorderBufferTest, AFullBufferWaitsNoLonger) {
  ReorderBuffer buffer(kWait);
  Insert(buffer, 0, kStart);
  Drain(buffer, kStart);
  for (size_t i = 0; i < ReorderBuffer::kMaxPackets + 5; ++i) {
    Insert(buffer, static_cast<uint16_t>(i + 2), kStart);
  }
  EXPECT_EQ(buffer.dropped(), 5u);
  EXPECT_EQ(Drain(buffer, kStart).size(), ReorderBuffer::kMaxPackets + 1);
}

}  // namespace
}  // namespace parley
