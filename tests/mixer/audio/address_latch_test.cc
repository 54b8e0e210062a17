#include "mixer/audio/address_latch.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

const SocketAddress kNamed = SocketAddress::V4({192, 168, 1, 7}, 4000);
const SocketAddress kNat = SocketAddress::V4({203, 0, 113, 9}, 31000);
const SocketAddress kAttacker = SocketAddress::V4({198, 51, 100, 66}, 5555);
const Timestamp kStart = Timestamp::Seconds(10);

class AddressLatchTest : public ::testing::Test {
 protected:
  // Packets of one stream, 20 ms apart; how many were taken.
  int Send(const SocketAddress& from, int packets, uint32_t ssrc, uint16_t first_seq = 100,
           int step = 1) {
    int taken = 0;
    for (int i = 0; i < packets; ++i) {
      now_ = now_ + Duration::Millis(20);
      const SeqNum seq(static_cast<uint16_t>(first_seq + i * step));
      if (latch_.HandleRtp(from, Ssrc(ssrc), seq, now_)) ++taken;
    }
    return taken;
  }

  AddressLatch latch_{kNamed};
  Timestamp now_ = kStart;
};

TEST_F(AddressLatchTest, TheNamedAddressIsBelievedAtOnceAndForGood) {
  EXPECT_EQ(latch_.remote(), kNamed);
  EXPECT_EQ(Send(kNamed, 1, 1), 1);
  EXPECT_TRUE(latch_.locked());
  EXPECT_EQ(Send(kAttacker, 100, 2), 0);
  EXPECT_EQ(latch_.remote(), kNamed);
  EXPECT_EQ(Send(kNamed, 10, 1), 10);
}

TEST_F(AddressLatchTest, APhoneBehindNatIsFollowedAfterProbation) {
  EXPECT_EQ(Send(kNat, 10, 1), 10 - AddressLatch::kProbation + 1);
  EXPECT_EQ(latch_.remote(), kNat);
  EXPECT_EQ(Send(kAttacker, 100, 2), 0);
  EXPECT_EQ(latch_.remote(), kNat);
}

TEST_F(AddressLatchTest, ProbationAsksForARunOfOneStream) {
  EXPECT_EQ(Send(kAttacker, 20, 1, 100, 50), 0);
  for (uint32_t ssrc = 0; ssrc < 20; ++ssrc) EXPECT_EQ(Send(kAttacker, 1, ssrc), 0);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Send(kAttacker, 1, 7, 300), 0);
  EXPECT_FALSE(latch_.locked());
}

TEST_F(AddressLatchTest, LossAndReorderingDoNotEndProbation) {
  int taken = 0;
  for (uint16_t seq : {1, 2, 4, 3, 6, 7, 9, 10}) {
    now_ = now_ + Duration::Millis(20);
    taken += latch_.HandleRtp(kNat, Ssrc(1), SeqNum(seq), now_) ? 1 : 0;
  }
  EXPECT_GT(taken, 0);
  EXPECT_EQ(latch_.remote(), kNat);
}

TEST_F(AddressLatchTest, AfterTheFirstSecondsNobodyNewIsFollowed) {
  Send(kAttacker, 1, 1);
  now_ = now_ + AddressLatch::kLearningTime;
  EXPECT_EQ(Send(kNat, 100, 2), 0);
  EXPECT_EQ(Send(kNamed, 5, 3), 5);
}

TEST_F(AddressLatchTest, ItIsSettledWhenNobodyNewWillBeFollowed) {
  EXPECT_FALSE(latch_.settled(now_ + Duration::Seconds(100))) << "nobody has come";
  Send(kNat, AddressLatch::kProbation, 1);
  EXPECT_TRUE(latch_.locked());
  EXPECT_FALSE(latch_.settled(now_)) << "the named one may still come";
  EXPECT_TRUE(latch_.settled(now_ + AddressLatch::kLearningTime));
  AddressLatch strict(kNamed, false);
  EXPECT_FALSE(strict.settled(now_));
  strict.HandleRtp(kNamed, Ssrc(1), SeqNum(1), now_);
  EXPECT_TRUE(strict.settled(now_));
}

TEST_F(AddressLatchTest, TheNamedAddressTakesOverFromAStrangerEarly) {
  Send(kAttacker, 10, 1);
  ASSERT_EQ(latch_.remote(), kAttacker);
  EXPECT_EQ(Send(kNamed, 5, 2), 5);
  EXPECT_EQ(latch_.remote(), kNamed);
  EXPECT_EQ(Send(kAttacker, 5, 1, 110), 0);
}

TEST_F(AddressLatchTest, NotLate) {
  Send(kNat, 10, 1);
  now_ = now_ + AddressLatch::kLearningTime;
  EXPECT_EQ(Send(kNamed, 5, 2), 0);
  EXPECT_EQ(latch_.remote(), kNat);
}

TEST_F(AddressLatchTest, AFloodBesideItDoesNotKeepThePhoneOut) {
  int taken = 0;
  for (uint16_t i = 0; i < 20; ++i) {
    taken += Send(kAttacker, 1, 1000u + i % 3, static_cast<uint16_t>(i * 77));
    taken += Send(kNat, 1, 1, i);
  }
  EXPECT_GT(taken, 10);
  EXPECT_EQ(latch_.remote(), kNat);
}

TEST_F(AddressLatchTest, WithoutLearningOnlyTheNamedOneCounts) {
  latch_ = AddressLatch(kNamed, false);
  EXPECT_EQ(Send(kNat, 50, 1), 0);
  EXPECT_EQ(Send(kNamed, 5, 2), 5);
}

TEST_F(AddressLatchTest, RtcpMayComeFromAnotherPortOfThePeerOnly) {
  EXPECT_TRUE(latch_.MayBeRtcp(SocketAddress::V4({192, 168, 1, 7}, 4001)));
  EXPECT_FALSE(latch_.MayBeRtcp(kAttacker));
}

}  // namespace
}  // namespace parley
