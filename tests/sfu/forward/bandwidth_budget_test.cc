#include "sfu/forward/bandwidth_budget.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

constexpr Timestamp kStart = Timestamp::Seconds(100);

TEST(BandwidthBudget, KnowsNoLimitBeforeTheFirstEstimate) {
  BandwidthBudget budget;
  EXPECT_EQ(budget.Get(Bitrate::Kbps(500), kStart), Bitrate::Unlimited());
  EXPECT_FALSE(budget.MayPause(kStart));
}

TEST(BandwidthBudget, AnEstimateBelowTheSentRateLimitsButDoesNotPause) {
  BandwidthBudget budget;
  budget.HandleRemb(Bitrate::Kbps(300), Bitrate::Kbps(1000), kStart);
  EXPECT_EQ(budget.Get(Bitrate::Kbps(1000), kStart), Bitrate::Kbps(300));
  EXPECT_FALSE(budget.MayPause(kStart));
}

TEST(BandwidthBudget, HeavyLossMayPauseUntilItIsForgotten) {
  BandwidthBudget budget;
  budget.HandleLoss(0.05F, Bitrate::Kbps(1000), kStart);
  EXPECT_FALSE(budget.MayPause(kStart));
  budget.HandleLoss(0.3F, Bitrate::Kbps(1000), kStart);
  EXPECT_TRUE(budget.MayPause(kStart));
  EXPECT_TRUE(budget.MayPause(kStart + BandwidthBudget::kMaxAge));
  EXPECT_FALSE(budget.MayPause(kStart + BandwidthBudget::kMaxAge + Duration::Millis(1)));
}

TEST(BandwidthBudget, ForgetsAnOldEstimate) {
  BandwidthBudget budget;
  budget.HandleRemb(Bitrate::Kbps(300), Bitrate::Kbps(1000), kStart);
  Timestamp later = kStart + BandwidthBudget::kMaxAge + Duration::Millis(1);
  EXPECT_EQ(budget.Get(Bitrate::Kbps(1000), later), Bitrate::Unlimited());
  EXPECT_EQ(budget.estimate(later), Bitrate());
}

}  // namespace
}  // namespace parley
