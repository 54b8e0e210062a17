#include "mixer/phone/tick_clock.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley {
namespace {

constexpr Timestamp At(int64_t ms) { return Timestamp::Micros(ms * 1000); }

TEST(TickClockTest, TicksEveryTwentyMilliseconds) {
  TickClock clock(At(1000));
  for (int i = 1; i <= 100; ++i) {
    EXPECT_EQ(clock.next(), At(1000 + 20 * i));
    clock.HandleTick(clock.next() + Duration::Micros(300));  // a little late does not add up
  }
  EXPECT_EQ(clock.late(), 0u);
  EXPECT_EQ(clock.skipped(), 0u);
}

TEST(TickClockTest, WhatWasMissedIsMadeUpForAtTwiceThePace) {
  TickClock clock(At(0));
  // The tick of 20 ms begins at 110 ms: four more were due in the meantime.
  std::vector<int64_t> at;
  clock.HandleTick(At(110));
  while (at.size() < 12) {
    at.push_back(clock.next().us() / 1000);
    clock.HandleTick(clock.next());
  }
  EXPECT_EQ(at, (std::vector<int64_t>{120, 130, 140, 150, 160, 170, 180, 190, 200, 220, 240, 260}));
  EXPECT_EQ(clock.skipped(), 0u);
  EXPECT_GT(clock.late(), 0u);
}

TEST(TickClockTest, WhatIsLongPastIsGivenUp) {
  TickClock clock(At(0));
  clock.HandleTick(At(5000));
  EXPECT_GE(clock.skipped(), 240u);
  int ticks = 0;
  while (clock.next() < At(6000)) {
    clock.HandleTick(clock.next());
    ++ticks;
  }
  // The second's own, and at most what may be made up for.
  EXPECT_GE(ticks, 49);
  EXPECT_LE(ticks, 61);
}

}  // namespace
}  // namespace parley
