#include "sfu/congestion/aimd_rate_control.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

class AimdTest : public ::testing::Test {
 protected:
  bool Update(BandwidthUsage usage, std::optional<Bitrate> acked, Duration step,
              bool limited = false) {
    now_ = now_ + step;
    return aimd_.Update({usage, acked, Duration::Millis(50), limited}, now_);
  }
  void Rise(Duration length, std::optional<Bitrate> acked = std::nullopt) {
    for (Duration t; t < length; t += Duration::Millis(100)) {
      Update(BandwidthUsage::kNormal, acked.value_or(aimd_.estimate()), Duration::Millis(100));
    }
  }

  AimdRateControl aimd_{Bitrate::Kbps(1000), Bitrate::Kbps(40), Bitrate::Kbps(20'000)};
  Timestamp now_ = Timestamp::Seconds(10);
};

TEST_F(AimdTest, RisesByEightPercentASecondFarFromCapacity) {
  Rise(Duration::Millis(100));  // leaves the hold
  const Bitrate before = aimd_.estimate();
  Rise(Duration::Seconds(1));
  EXPECT_NEAR(static_cast<double>(aimd_.estimate().bps()), static_cast<double>(before.bps()) * 1.08,
              static_cast<double>(before.bps()) * 0.005);
}

TEST_F(AimdTest, DropsToAShareOfWhatArrives) {
  EXPECT_TRUE(Update(BandwidthUsage::kOverusing, Bitrate::Kbps(800), Duration::Millis(100)));
  EXPECT_EQ(aimd_.estimate(), Bitrate::Kbps(680));
}

TEST_F(AimdTest, DropsNoLowerThanAProbeJustSaw) {
  now_ = now_ + Duration::Millis(100);
  EXPECT_TRUE(aimd_.Update({.usage = BandwidthUsage::kOverusing,
                            .acked = Bitrate::Kbps(400),
                            .round_trip = Duration::Millis(50),
                            .measured = Bitrate::Kbps(700)},
                           now_));
  EXPECT_EQ(aimd_.estimate(), Bitrate::Kbps(700));
}

TEST_F(AimdTest, AGuessWaitsForTheEffectOfTheLast) {
  Update(BandwidthUsage::kOverusing, std::nullopt, Duration::Millis(100));
  EXPECT_EQ(aimd_.estimate(), Bitrate::Kbps(850));
  EXPECT_FALSE(Update(BandwidthUsage::kOverusing, std::nullopt, Duration::Millis(200)));
  EXPECT_TRUE(Update(BandwidthUsage::kOverusing, std::nullopt, Duration::Millis(60)));
}

TEST_F(AimdTest, AnotherDropWaitsForTheEffectOfTheFirstUnlessHalfIsGone) {
  Update(BandwidthUsage::kOverusing, Bitrate::Kbps(800), Duration::Millis(100));
  EXPECT_FALSE(Update(BandwidthUsage::kOverusing, Bitrate::Kbps(700), Duration::Millis(20)));
  EXPECT_EQ(aimd_.estimate(), Bitrate::Kbps(680));
  EXPECT_TRUE(Update(BandwidthUsage::kOverusing, Bitrate::Kbps(200), Duration::Millis(20)));
  EXPECT_EQ(aimd_.estimate(), Bitrate::Kbps(170));
}

TEST_F(AimdTest, RisesByAboutAPacketPerRoundTripNearCapacity) {
  Update(BandwidthUsage::kOverusing, Bitrate::Kbps(1000), Duration::Millis(100));
  Update(BandwidthUsage::kNormal, Bitrate::Kbps(850), Duration::Millis(100));
  const Bitrate before = aimd_.estimate();
  Rise(Duration::Seconds(1), Bitrate::Kbps(850));
  const Bitrate rise = aimd_.estimate() - before;
  // A packet of up to 1,200 bytes per 50 + 100 ms.
  EXPECT_GT(rise, Bitrate::Kbps(30));
  EXPECT_LT(rise, Bitrate::Kbps(70));
}

TEST_F(AimdTest, MoreArrivingThanTheLinkWasThoughtToCarryFreesTheRise) {
  Update(BandwidthUsage::kOverusing, Bitrate::Kbps(1000), Duration::Millis(100));
  Rise(Duration::Millis(200), Bitrate::Kbps(850));
  EXPECT_TRUE(aimd_.near_capacity());
  Rise(Duration::Millis(200), Bitrate::Kbps(1300));
  EXPECT_FALSE(aimd_.near_capacity());
}

TEST_F(AimdTest, IsBoundByWhatArrivesAndStandsWhileWeAreTheLimit) {
  Rise(Duration::Seconds(60), Bitrate::Kbps(700));
  EXPECT_LE(aimd_.estimate(), Bitrate::Kbps(1060));
  const Bitrate before = aimd_.estimate();
  for (int i = 0; i < 50; ++i) {
    Update(BandwidthUsage::kNormal, Bitrate::Kbps(5000), Duration::Millis(100), true);
  }
  EXPECT_EQ(aimd_.estimate(), before);
}

TEST_F(AimdTest, HoldsWhileTheQueueDrains) {
  Update(BandwidthUsage::kOverusing, Bitrate::Kbps(800), Duration::Millis(100));
  for (int i = 0; i < 20; ++i) {
    Update(BandwidthUsage::kUnderusing, Bitrate::Kbps(800), Duration::Millis(100));
  }
  EXPECT_EQ(aimd_.estimate(), Bitrate::Kbps(680));
}

TEST_F(AimdTest, StaysWithinItsBounds) {
  aimd_.SetEstimate(Bitrate::Kbps(1), now_);
  EXPECT_EQ(aimd_.estimate(), Bitrate::Kbps(40));
  aimd_.SetEstimate(Bitrate::Unlimited(), now_);
  EXPECT_EQ(aimd_.estimate(), Bitrate::Kbps(20'000));
}

}  // namespace
}  // namespace parley
