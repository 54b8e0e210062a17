#include "sfu/forward/pre_roll.h"

#include <gtest/gtest.h>

#include <vector>

#include "sfu/base/packet_pool.h"

namespace parley {
namespace {

constexpr Timestamp kStart = Timestamp::Seconds(10);

struct PreRollTest : ::testing::Test {
  void Push(int64_t number) {
    PacketMeta meta;
    meta.seq = number;
    meta.arrival = kStart + Duration::Millis(20) * number;
    pre_roll.Push(meta, pool.Allocate());
  }
  std::vector<int64_t> Take(int64_t now) {
    std::vector<int64_t> numbers;
    pre_roll.Take(kStart + Duration::Millis(20) * now,
                  [&](const PacketMeta& meta, PacketRef packet) {
                    EXPECT_TRUE(packet);
                    numbers.push_back(meta.seq);
                  });
    return numbers;
  }
  size_t Held() {
    pool.DrainReturned();
    return pool.outstanding();
  }
  PacketPool pool{64};
  PreRoll pre_roll;
};

TEST_F(PreRollTest, HandsOverTheNewestInOrderAndOnce) {
  pre_roll.Reserve();
  for (int i = 0; i < 18; ++i) Push(i);
  EXPECT_EQ(Held(), PreRoll::kPackets);
  const auto taken = Take(18);
  ASSERT_EQ(taken.size(), PreRoll::kPackets);
  for (size_t i = 0; i < taken.size(); ++i) EXPECT_EQ(taken[i], static_cast<int64_t>(3 + i));
  EXPECT_EQ(Held(), 0u);
  EXPECT_TRUE(Take(18).empty());
}

TEST_F(PreRollTest, WhatIsOldIsLetGo) {
  pre_roll.Reserve();
  for (int i = 0; i < 5; ++i) Push(i);
  EXPECT_EQ(Take(18), (std::vector<int64_t>{3, 4}));
  EXPECT_EQ(Held(), 0u);
}

TEST_F(PreRollTest, KeepsNothingUnlessAsked) {
  Push(1);
  EXPECT_EQ(Held(), 0u);
  pre_roll.Reserve();
  Push(2);
  pre_roll.Clear();
  EXPECT_EQ(Held(), 0u);
}

}  // namespace
}  // namespace parley
