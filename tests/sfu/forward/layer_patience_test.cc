#include "sfu/forward/layer_patience.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

constexpr Timestamp kBegin = Timestamp::Seconds(100);

TEST(LayerPatience, WaitsAfterAFall) {
  LayerPatience p;
  EXPECT_TRUE(p.MayRise(kBegin));
  p.HandleFall(kBegin);
  EXPECT_FALSE(p.MayRise(kBegin + Duration::Millis(2900)));
  EXPECT_TRUE(p.MayRise(kBegin + LayerPatience::kLeast));
}

TEST(LayerPatience, WaitsLongerEachTimeARiseDidNotLast) {
  LayerPatience p;
  Timestamp now = kBegin;
  p.HandleFall(now);
  for (const int seconds : {6, 12, 12}) {
    now = now + Duration::Seconds(20);
    p.HandleRise(now);
    now = now + Duration::Seconds(2);
    p.HandleFall(now);
    EXPECT_FALSE(p.MayRise(now + Duration::Seconds(seconds) - Duration::Millis(1)));
    EXPECT_TRUE(p.MayRise(now + Duration::Seconds(seconds)));
  }
  EXPECT_TRUE(p.MustStay(now)) << "that many in a row";
  EXPECT_FALSE(p.MustStay(now + Duration::Seconds(12)));
  p.HandleRise(now);
  now = now + LayerPatience::kTrial;
  p.HandleFall(now);
  EXPECT_TRUE(p.MayRise(now + LayerPatience::kLeast)) << "the rise had lasted";
  EXPECT_FALSE(p.MustStay(now));
}

TEST(LayerPatience, PausesOnlyWhatHasNotFittedForAWhile) {
  LayerPatience p;
  EXPECT_FALSE(p.MayPause(kBegin));
  p.HandleRoom(false, kBegin);
  p.HandleRoom(false, kBegin + Duration::Millis(1000));
  EXPECT_FALSE(p.MayPause(kBegin + Duration::Millis(1400)));
  EXPECT_TRUE(p.MayPause(kBegin + LayerPatience::kBeforePause));
  p.HandleRoom(true, kBegin + LayerPatience::kBeforePause);
  EXPECT_FALSE(p.MayPause(kBegin + Duration::Seconds(10)));
}

TEST(LayerPatience, ForgetsWhenSomethingElseIsWanted) {
  LayerPatience p;
  p.HandleFall(kBegin);
  p.Reset();
  EXPECT_TRUE(p.MayRise(kBegin));
}

}  // namespace
}  // namespace parley
