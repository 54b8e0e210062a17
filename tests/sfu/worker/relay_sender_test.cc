#include "sfu/worker/relay_sender.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley {
namespace {

constexpr WorkerIndex kSelf{0};
constexpr WorkerIndex kOther{1};

class RelaySenderTest : public testing::Test {
 protected:
  RelayMessage Packet(Codec codec, uint32_t source, uint32_t timestamp, uint64_t workers = 0b10) {
    RelayedPacket body;
    body.source = SourceId(source);
    body.meta.codec.codec = codec;
    body.meta.timestamp = RtpTimestamp(timestamp);
    body.packet = pool_.Allocate();
    return {RoomId(1), kSelf, workers, std::move(body)};
  }
  void Send(RelayMessage message) {
    sender_.Send({&message, 1});
    sender_.Flush();
  }
  std::vector<RelayMessage> Take(WorkerIndex at) {
    std::vector<RelayMessage> taken;
    auto& ring = links_.ring(kSelf, at);
    ring.ConsumeBatch(ring.capacity(), [&](RelayMessage&& m) { taken.push_back(std::move(m)); });
    return taken;
  }

  PacketPool pool_{32768};
  CoreLinks links_{3};
  WorkerMetrics metrics_;
  RelaySender sender_{kSelf, links_, metrics_};
};

TEST_F(RelaySenderTest, SharesOnePacketWithEveryTarget) {
  Send(Packet(Codec::kVp8, 7, 1, 0b110));
  const auto one = Take(kOther);
  const auto two = Take(WorkerIndex(2));
  ASSERT_EQ(one.size(), 1u);
  ASSERT_EQ(two.size(), 1u);
  EXPECT_EQ(std::get<RelayedPacket>(one[0].body).packet.data(),
            std::get<RelayedPacket>(two[0].body).packet.data());
  EXPECT_EQ(pool_.outstanding(), 1u);
}

TEST_F(RelaySenderTest, IgnoresItselfAndWorkersThatDoNotExist) {
  Send(Packet(Codec::kVp8, 7, 1, 1 | uint64_t{1} << 63));
  EXPECT_EQ(metrics_.relay_sent.value(), 0u);
  pool_.DrainReturned();
  EXPECT_EQ(pool_.outstanding(), 0u);
}

TEST_F(RelaySenderTest, WakesASleeperOncePerBatch) {
  links_.parking(kOther).Park();
  std::vector<RelayMessage> messages;
  for (uint32_t i = 0; i < 10; ++i) messages.push_back(Packet(Codec::kOpus, 7, i));
  sender_.Send(messages);
  sender_.Flush();
  EXPECT_EQ(metrics_.wakes_sent.value(), 1u);
  EXPECT_EQ(Take(kOther).size(), 10u);
}

TEST_F(RelaySenderTest, BeforeAFullRingVideoYieldsFirst) {
  const size_t capacity = links_.ring(kSelf, kOther).capacity();
  for (size_t i = 0; i < 2 * capacity; ++i) {
    Send(Packet(Codec::kVp8, 7, static_cast<uint32_t>(i)));
  }
  EXPECT_EQ(metrics_.relay_sent.value(), capacity * 3 / 4);
  EXPECT_EQ(metrics_.relay_dropped_video.value(), 2 * capacity - capacity * 3 / 4);
  for (size_t i = 0; i < capacity / 4; ++i) Send(Packet(Codec::kOpus, 8, 1));
  EXPECT_EQ(metrics_.relay_dropped_other.value(), 0u);
  Send(Packet(Codec::kOpus, 8, 1));
  EXPECT_EQ(metrics_.relay_dropped_other.value(), 1u);
}

TEST_F(RelaySenderTest, AFrameIsDroppedWhole) {
  const size_t capacity = links_.ring(kSelf, kOther).capacity();
  for (size_t i = 0; i < capacity * 3 / 4; ++i) Send(Packet(Codec::kVp8, 7, 1));
  Send(Packet(Codec::kVp8, 7, 2));  // the first packet of frame 2 finds no room
  Take(kOther);
  Send(Packet(Codec::kVp8, 7, 2));  // there is room again, but the frame is lost
  Send(Packet(Codec::kVp8, 9, 2));  // somebody else's frame is not
  Send(Packet(Codec::kVp8, 7, 3));
  const auto taken = Take(kOther);
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_EQ(std::get<RelayedPacket>(taken[0].body).source, SourceId(9));
  EXPECT_EQ(std::get<RelayedPacket>(taken[1].body).meta.timestamp, RtpTimestamp(3));
}

}  // namespace
}  // namespace parley
