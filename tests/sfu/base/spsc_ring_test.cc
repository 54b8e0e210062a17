#include "sfu/base/spsc_ring.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <thread>
#include <vector>

namespace parley {
namespace {

TEST(SpscRing, GivesBackInOrder) {
  SpscRing<int> ring(4);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(ring.TryPush(int{i}));
  int out = -1;
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(ring.TryPop(out));
    EXPECT_EQ(out, i);
  }
  EXPECT_FALSE(ring.TryPop(out));
  EXPECT_TRUE(ring.Empty());
}

TEST(SpscRing, RefusesWhenFullAndLeavesTheElementAlone) {
  SpscRing<std::unique_ptr<int>> ring(2);
  EXPECT_TRUE(ring.TryPush(std::make_unique<int>(1)));
  EXPECT_TRUE(ring.TryPush(std::make_unique<int>(2)));
  auto third = std::make_unique<int>(3);
  EXPECT_FALSE(ring.TryPush(std::move(third)));
  ASSERT_TRUE(third);
  EXPECT_EQ(*third, 3);
}

TEST(SpscRing, BatchTakesWhatFits) {
  SpscRing<int> ring(8);
  std::array<int, 5> batch{0, 1, 2, 3, 4};
  EXPECT_EQ(ring.PushBatch(batch), 5u);
  EXPECT_EQ(ring.PushBatch(batch), 3u);
  std::vector<int> got;
  EXPECT_EQ(ring.ConsumeBatch(6, [&](int&& v) { got.push_back(v); }), 6u);
  EXPECT_EQ(ring.ConsumeBatch(6, [&](int&& v) { got.push_back(v); }), 2u);
  EXPECT_EQ(got, (std::vector<int>{0, 1, 2, 3, 4, 0, 1, 2}));
}

TEST(SpscRing, CapacityIsRoundedUp) { EXPECT_EQ(SpscRing<int>(5).capacity(), 8u); }

TEST(SpscRing, CarriesEverythingBetweenTwoThreads) {
  constexpr uint64_t kCount = 200'000;
  SpscRing<std::unique_ptr<uint64_t>> ring(64);
  std::thread producer([&ring] {
    std::array<std::unique_ptr<uint64_t>, 7> batch;
    size_t left = 0;
    uint64_t next = 0;
    while (next < kCount || left > 0) {
      if (left == 0) {
        while (left < batch.size() && next < kCount) {
          batch[left++] = std::make_unique<uint64_t>(next++);
        }
      }
      const size_t pushed = ring.PushBatch(std::span(batch).first(left));
      if (pushed == 0) std::this_thread::yield();
      std::move(batch.begin() + static_cast<ptrdiff_t>(pushed),
                batch.begin() + static_cast<ptrdiff_t>(left), batch.begin());
      left -= pushed;
    }
  });
  uint64_t expected = 0;
  bool in_order = true;
  while (expected < kCount) {
    const size_t n = ring.ConsumeBatch(32, [&](std::unique_ptr<uint64_t>&& v) {
      in_order = in_order && v && *v == expected;
      ++expected;
      v.reset();
    });
    if (n == 0) std::this_thread::yield();
  }
  producer.join();
  EXPECT_TRUE(in_order);
  EXPECT_TRUE(ring.Empty());
}

}  // namespace
}  // namespace parley
