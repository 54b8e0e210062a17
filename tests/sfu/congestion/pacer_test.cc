#include "sfu/congestion/pacer.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley {
namespace {

constexpr DataSize kPacket = DataSize::Bytes(1000);

class PacerTest : public ::testing::Test {
 protected:
  void Offer(int seq, uint8_t slot = 0, bool retransmission = false) {
    if (pacer_.MayPass(retransmission, now_)) {
      pacer_.HandleSent(kPacket, now_);
      left_.push_back(seq);
      return;
    }
    ASSERT_TRUE(pacer_.Enqueue(Named(seq, slot, retransmission), now_));
  }
  static PacedPacket Named(int seq, uint8_t slot = 0, bool retransmission = false) {
    return {SeqNum(static_cast<uint16_t>(seq)), 1000, slot, retransmission};
  }
  // Ticks as the owner would, by the deadlines.
  void Run(Duration length) {
    for (const Timestamp end = now_ + length; now_ < end;) {
      now_ = std::min(end, std::max(pacer_.NextTimeout(now_), now_));
      while (auto d = pacer_.Poll(now_)) {
        probe_ids_.push_back(pacer_.HandleSent(
            d->padding ? DataSize::Bytes(static_cast<int64_t>(Pacer::kMaxPadding)) : kPacket,
            now_));
        d->padding ? ++padding_ : (left_.push_back(d->packet.seq.value()), 0);
      }
    }
  }

  Pacer pacer_;
  Timestamp now_ = Timestamp::Seconds(1);
  std::vector<int> left_;
  std::vector<ProbeId> probe_ids_;
  int padding_ = 0;
};

TEST_F(PacerTest, NothingWaitsBeforeARateIsKnown) {
  for (int i = 0; i < 1000; ++i) Offer(i);
  EXPECT_EQ(left_.size(), 1000u);
  EXPECT_TRUE(pacer_.NextTimeout(now_).IsNever());
}

TEST_F(PacerTest, AFrameOfUsualSizePassesAndALargeOneIsSpread) {
  pacer_.SetRate(Bitrate::Kbps(1000), now_);
  for (int i = 0; i < 40; ++i) Offer(i);
  // 30 ms at 1 Mb/s, and the packet that reaches over the brim.
  EXPECT_EQ(left_.size(), 4u);
  EXPECT_EQ(pacer_.QueueDelay(), Duration::Millis(8 * 36));
  Run(Duration::Millis(100));
  EXPECT_NEAR(static_cast<double>(left_.size()), 4 + 12, 1);
  Run(Duration::Millis(300));
  std::vector<int> in_order(40);
  for (int i = 0; i < 40; ++i) in_order[static_cast<size_t>(i)] = i;
  EXPECT_EQ(left_, in_order);
}

TEST_F(PacerTest, RetransmissionsOvertakeVideoAndAudioDelaysBoth) {
  pacer_.SetRate(Bitrate::Kbps(1000), now_);
  for (int i = 0; i < 10; ++i) Offer(i);
  left_.clear();
  Offer(100, 0, true);
  pacer_.HandleSent(DataSize::Bytes(2000), now_);  // audio, which asks nobody
  Run(Duration::Millis(15));
  EXPECT_TRUE(left_.empty());
  Run(Duration::Millis(20));
  ASSERT_FALSE(left_.empty());
  EXPECT_EQ(left_[0], 100);
}

TEST_F(PacerTest, WhatIsHeldWaitsUntilItIsNot) {
  pacer_.SetRate(Bitrate::Kbps(1000), now_);
  pacer_.Hold(true);
  Offer(1);
  EXPECT_TRUE(pacer_.NextTimeout(now_).IsNever());
  Run(Duration::Millis(100));
  EXPECT_TRUE(left_.empty());
  pacer_.Hold(false);
  Run(Duration::Millis(10));
  EXPECT_EQ(left_.size(), 1u);
}

TEST_F(PacerTest, AFullQueueRefusesAndADroppedSlotMakesRoom) {
  pacer_.SetRate(Bitrate::Kbps(100), now_);
  pacer_.HandleSent(DataSize::Bytes(10'000), now_);
  for (size_t i = 0; i < Pacer::kVideoCapacity; ++i) {
    ASSERT_TRUE(pacer_.Enqueue(Named(static_cast<int>(i), i % 2), now_));
  }
  EXPECT_FALSE(pacer_.Enqueue(Named(9999), now_));
  pacer_.Drop(1);
  EXPECT_FALSE(pacer_.HasQueued(1));
  EXPECT_TRUE(pacer_.HasQueued(0));
  EXPECT_EQ(pacer_.queued(),
            DataSize::Bytes(1000 * static_cast<int64_t>(Pacer::kVideoCapacity) / 2));
  EXPECT_TRUE(pacer_.Enqueue(Named(9999), now_));
  pacer_.Drop(0);
  EXPECT_TRUE(pacer_.empty());
  EXPECT_EQ(pacer_.queued(), DataSize());
}

TEST_F(PacerTest, TellsWhoCrowdsTheOthers) {
  pacer_.SetRate(Bitrate::Kbps(100), now_);
  EXPECT_FALSE(pacer_.Crowding());
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(pacer_.Enqueue(Named(i, 1), now_));
  EXPECT_FALSE(pacer_.Crowding()) << "nobody else waits";
  for (uint8_t i = 5; i < 9; ++i) ASSERT_TRUE(pacer_.Enqueue(Named(i, i), now_));
  EXPECT_EQ(pacer_.Crowding(), 1);
  ASSERT_TRUE(pacer_.Enqueue(Named(9, 9), now_));
  EXPECT_FALSE(pacer_.Crowding()) << "half is not more than half";
}

TEST_F(PacerTest, AProbeIsFilledWithPaddingAtItsRateAndEnds) {
  pacer_.SetRate(Bitrate::Kbps(500), now_);
  pacer_.StartProbe({3, Bitrate::Kbps(2000), Bitrate::Kbps(2000) * Duration::Millis(15)}, now_);
  Run(Duration::Millis(100));
  EXPECT_FALSE(pacer_.probing());
  EXPECT_EQ(padding_, 15);  // 3,750 bytes
  EXPECT_TRUE(
      std::all_of(probe_ids_.begin(), probe_ids_.end(), [](ProbeId id) { return id == 3; }));
  EXPECT_EQ(pacer_.HandleSent(kPacket, now_), 0);
}

TEST_F(PacerTest, AProbeCarriesVideoFirst) {
  pacer_.SetRate(Bitrate::Kbps(100), now_);
  for (int i = 0; i < 8; ++i) Offer(i);
  left_.clear();
  pacer_.StartProbe({4, Bitrate::Kbps(4000), DataSize::Bytes(7500)}, now_);
  Run(Duration::Millis(30));
  EXPECT_GE(left_.size(), 6u);
  EXPECT_LE(padding_, 8);
}

TEST_F(PacerTest, DeadlinesLieOnTicksAndNeverInThePast) {
  pacer_.SetRate(Bitrate::Kbps(777), now_);
  now_ = now_ + Duration::Micros(333);
  for (int i = 0; i < 20; ++i) Offer(i);
  for (int i = 0; i < 50 && !pacer_.empty(); ++i) {
    const Timestamp next = pacer_.NextTimeout(now_);
    ASSERT_GT(next, now_);
    ASSERT_EQ(next.us() % 1000, 0);
    now_ = next;
    while (auto d = pacer_.Poll(now_)) pacer_.HandleSent(kPacket, now_);
  }
  EXPECT_TRUE(pacer_.empty());
}

}  // namespace
}  // namespace parley
