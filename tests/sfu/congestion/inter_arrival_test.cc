#include "sfu/congestion/inter_arrival.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

Timestamp Ms(int64_t ms) { return Timestamp::Seconds(100) + Duration::Millis(ms); }

TEST(InterArrival, MeasuresGroupsByTheirLastPackets) {
  InterArrival groups;
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(groups.Handle(Ms(i), Ms(50 + 2 * i)));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(groups.Handle(Ms(20 + i), Ms(72 + 2 * i)));
  const auto deltas = groups.Handle(Ms(40), Ms(99));
  ASSERT_TRUE(deltas);
  EXPECT_EQ(deltas->send, Duration::Millis(20));
  EXPECT_EQ(deltas->arrival, Duration::Millis(22));
  EXPECT_EQ(deltas->variation(), Duration::Millis(2));
}

TEST(InterArrival, WhatABusyMediumLetsGoAtOnceIsOneGroup) {
  InterArrival groups;
  groups.Handle(Ms(0), Ms(50));
  groups.Handle(Ms(20), Ms(70));
  // Three that were sent 20 ms apart come together after a stall.
  EXPECT_TRUE(groups.Handle(Ms(40), Ms(140)));
  EXPECT_FALSE(groups.Handle(Ms(60), Ms(141)));
  EXPECT_FALSE(groups.Handle(Ms(80), Ms(142)));
  const auto deltas = groups.Handle(Ms(100), Ms(150));
  ASSERT_TRUE(deltas);
  EXPECT_EQ(deltas->send, Duration::Millis(60));
  EXPECT_EQ(deltas->variation(), Duration::Millis(12));
}

TEST(InterArrival, APacketOfAnEarlierGroupIsLeftOut) {
  InterArrival groups;
  groups.Handle(Ms(0), Ms(50));
  groups.Handle(Ms(20), Ms(70));
  EXPECT_FALSE(groups.Handle(Ms(2), Ms(95)));
  const auto deltas = groups.Handle(Ms(40), Ms(90));
  ASSERT_TRUE(deltas);
  EXPECT_EQ(deltas->variation(), Duration::Zero());
}

TEST(InterArrival, BeginsAnewWhenTheReceiversClockJumps) {
  InterArrival groups;
  groups.Handle(Ms(0), Ms(50));
  groups.Handle(Ms(20), Ms(70));
  groups.Handle(Ms(40), Ms(10'000));
  EXPECT_FALSE(groups.Handle(Ms(60), Ms(10'020)));
  groups.Handle(Ms(80), Ms(10'040));
  const auto deltas = groups.Handle(Ms(100), Ms(10'060));
  ASSERT_TRUE(deltas);
  EXPECT_EQ(deltas->variation(), Duration::Zero());
}

TEST(InterArrival, BeginsAnewWhenTheReceiversClockGoesBack) {
  InterArrival groups;
  for (int i = 0; i < 3; ++i) groups.Handle(Ms(20 * i), Ms(5000 + 20 * i));
  std::optional<InterArrival::Deltas> deltas;
  for (int i = 3; i < 12; ++i) deltas = groups.Handle(Ms(20 * i), Ms(20 * i));
  ASSERT_TRUE(deltas);
  EXPECT_EQ(deltas->variation(), Duration::Zero());
}

}  // namespace
}  // namespace parley
