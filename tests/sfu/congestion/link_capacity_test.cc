#include "sfu/congestion/link_capacity.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(LinkCapacity, BoundsNothingUntilItIsKnown) {
  LinkCapacity capacity;
  EXPECT_EQ(capacity.upper(), Bitrate::Unlimited());
  EXPECT_EQ(capacity.lower(), Bitrate());
}

TEST(LinkCapacity, AveragesAndKeepsBoundsAroundTheAverage) {
  LinkCapacity capacity;
  for (int i = 0; i < 50; ++i) capacity.Add(Bitrate::Kbps(i % 2 == 0 ? 990 : 1010));
  EXPECT_NEAR(static_cast<double>(capacity.estimate().kbps()), 1000, 10);
  EXPECT_GT(capacity.upper(), Bitrate::Kbps(1020));
  EXPECT_LT(capacity.upper(), Bitrate::Kbps(1200));
  EXPECT_LT(capacity.lower(), Bitrate::Kbps(980));
  EXPECT_GT(capacity.lower(), Bitrate::Kbps(800));
}

TEST(LinkCapacity, BeginsAnewAfterReset) {
  LinkCapacity capacity;
  capacity.Add(Bitrate::Kbps(1000));
  capacity.Reset();
  EXPECT_FALSE(capacity.known());
  capacity.Add(Bitrate::Kbps(300));
  EXPECT_EQ(capacity.estimate(), Bitrate::Kbps(300));
}

}  // namespace
}  // namespace parley
