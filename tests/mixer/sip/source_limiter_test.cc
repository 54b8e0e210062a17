#include "mixer/sip/source_limiter.h"

#include <gtest/gtest.h>

namespace parley::sip {
namespace {

constexpr Timestamp kStart = Timestamp::Seconds(10);

SocketAddress Source(uint8_t n, uint16_t port = 1) {
  return SocketAddress::V4({10, 0, 0, n}, port);
}

TEST(SourceLimiterTest, GivesABurstAndThenARateWhateverThePort) {
  SourceLimiter limiter({.per_second = 2, .burst = 3, .all_per_second = 100, .remembered = 8});
  for (uint16_t port = 1; port <= 3; ++port) EXPECT_TRUE(limiter.Take(Source(1, port), kStart));
  EXPECT_FALSE(limiter.Take(Source(1, 4), kStart));
  EXPECT_TRUE(limiter.Take(Source(2), kStart));
  EXPECT_TRUE(limiter.Take(Source(1), kStart + Duration::Millis(500)));
  EXPECT_FALSE(limiter.Take(Source(1), kStart + Duration::Millis(600)));
}

TEST(SourceLimiterTest, BoundsAllTogetherAndWhatItRemembers) {
  SourceLimiter limiter({.per_second = 2, .burst = 3, .all_per_second = 20, .remembered = 8});
  int taken = 0;
  for (uint8_t n = 0; n < 200; ++n) taken += limiter.Take(Source(n), kStart) ? 1 : 0;
  EXPECT_EQ(taken, 20);
  EXPECT_EQ(limiter.remembered(), 8u);
}

}  // namespace
}  // namespace parley::sip
