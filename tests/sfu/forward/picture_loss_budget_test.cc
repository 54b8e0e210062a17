#include "sfu/forward/picture_loss_budget.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(PictureLossBudget, AFewAtOnceThenOneEachRefill) {
  PictureLossBudget budget;
  const Timestamp begin = Timestamp::Seconds(100);
  int served = 0;
  for (int ms = 0; ms < 60'000; ++ms) served += budget.Spend(begin + Duration::Millis(ms)) ? 1 : 0;
  EXPECT_GE(served, PictureLossBudget::kMost + 13);
  EXPECT_LE(served, PictureLossBudget::kMost + 15);
}

TEST(PictureLossBudget, IsFullAgainAfterARest) {
  PictureLossBudget budget;
  Timestamp now = Timestamp::Seconds(100);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < PictureLossBudget::kMost; ++i) {
      EXPECT_TRUE(budget.Spend(now)) << round << "/" << i;
      EXPECT_FALSE(budget.Spend(now + Duration::Millis(10))) << "the same one";
      now = now + PictureLossBudget::kTogether;
    }
    EXPECT_FALSE(budget.Spend(now));
    now = now + PictureLossBudget::kRefill * (PictureLossBudget::kMost + 1);
  }
}

}  // namespace
}  // namespace parley
