#include "sfu/congestion/trendline_estimator.h"

#include <gtest/gtest.h>

#include "sfu/base/random.h"

namespace parley {
namespace {

class Trendline : public ::testing::Test {
 protected:
  // `groups` 20 ms apart, each later than the last by `variation`.
  void Feed(int groups, Duration variation) {
    for (int i = 0; i < groups; ++i) {
      now_ = now_ + Duration::Millis(20) + variation;
      trend_.Update(variation, Duration::Millis(20), now_);
      steep_ |= trend_.steep();
      over_used_ |= trend_.usage() == BandwidthUsage::kOverusing;
    }
  }

  TrendlineEstimator trend_;
  Timestamp now_ = Timestamp::Seconds(1);
  bool over_used_ = false;
  bool steep_ = false;
};

TEST_F(Trendline, ASteadyDelayIsNormal) {
  Feed(200, Duration::Zero());
  EXPECT_FALSE(over_used_);
  EXPECT_EQ(trend_.usage(), BandwidthUsage::kNormal);
}

TEST_F(Trendline, AGrowingQueueIsOverUseAndADrainingOneUnderUse) {
  Feed(60, Duration::Zero());
  Feed(30, Duration::Millis(4));
  EXPECT_TRUE(over_used_);
  EXPECT_FALSE(steep_);
  Feed(30, Duration::Millis(-4));
  EXPECT_EQ(trend_.usage(), BandwidthUsage::kUnderusing);
  Feed(60, Duration::Zero());
  EXPECT_EQ(trend_.usage(), BandwidthUsage::kNormal);
}

TEST_F(Trendline, JitterWithoutATrendIsNormal) {
  SeededRandom random(3);
  Feed(60, Duration::Zero());
  int64_t offset = 0;
  for (int i = 0; i < 2000; ++i) {
    const int64_t next = random.Below(10'000);
    Feed(1, Duration::Micros(next - offset));
    offset = next;
  }
  EXPECT_FALSE(over_used_);
}

TEST_F(Trendline, AThresholdThatMetACompetitorsSlopeGetsUsedToIt) {
  Feed(60, Duration::Zero());
  for (int i = 0; i < 40; ++i) {
    Feed(25, Duration::Micros(1200));
    Feed(25, Duration::Micros(-1200));
  }
  over_used_ = false;
  Feed(25, Duration::Micros(1200));
  EXPECT_FALSE(over_used_);
}

TEST_F(Trendline, TwoGroupsFarApartAreSteep) {
  Feed(60, Duration::Zero());
  Feed(1, Duration::Millis(90));
  EXPECT_FALSE(steep_);  // a stall looks like this
  Feed(1, Duration::Millis(90));
  EXPECT_TRUE(steep_);
}

TEST_F(Trendline, AStallThatIsCaughtUpIsNotSteep) {
  Feed(60, Duration::Zero());
  for (int i = 0; i < 10; ++i) {
    Feed(1, Duration::Millis(150));
    Feed(1, Duration::Millis(-150));
    Feed(10, Duration::Zero());
  }
  EXPECT_FALSE(steep_);
}

}  // namespace
}  // namespace parley
