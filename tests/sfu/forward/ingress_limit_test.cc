#include "sfu/forward/ingress_limit.h"

#include <gtest/gtest.h>

#include <utility>

#include "sfu/forward/producer.h"

namespace parley {
namespace {

constexpr Timestamp kStart = Timestamp::Seconds(100);

// Bytes taken of packets of 1,200 bytes, one each `interval`.
int64_t Taken(IngressLimit& limit, Duration interval, Duration duration) {
  int64_t taken = 0;
  for (Timestamp now = kStart; now < kStart + duration; now = now + interval) {
    if (limit.Take(1200, now)) taken += 1200;
  }
  return taken;
}

TEST(IngressLimit, LetsThroughWhatIsBelowTheRate) {
  IngressLimit limit(Bitrate::Kbps(1000));
  // 960 kb/s.
  EXPECT_EQ(Taken(limit, Duration::Millis(10), Duration::Seconds(10)), 1'200'000);
}

TEST(IngressLimit, LetsThroughABurstAndThenTheRate) {
  IngressLimit limit(Bitrate::Kbps(1000));
  // 9,600 kb/s, in steps that fill less than a packet.
  const int64_t taken = Taken(limit, Duration::Millis(1), Duration::Seconds(10));
  EXPECT_GT(taken, 1'250'000);
  EXPECT_LE(taken, 1'250'000 + 62'500);
}

// 510 kb/s of Opus in frames of 20 and of 5 ms, with the headers that a browser sends.
TEST(IngressLimit, TakesAllOfTheBestSoundThatThereIs) {
  for (const auto& [size, interval] :
       {std::pair{1320, Duration::Millis(20)}, std::pair{365, Duration::Millis(5)}}) {
    IngressLimit limit(Producer::kMaxSoundRate);
    for (Timestamp now = kStart; now < kStart + Duration::Seconds(10); now = now + interval) {
      ASSERT_TRUE(limit.Take(static_cast<size_t>(size), now));
    }
  }
}

TEST(IngressLimit, CountsTheTimeOfPacketsThatComeCloseTogether) {
  IngressLimit limit(Bitrate::Kbps(1000));
  const int64_t taken = Taken(limit, Duration::Micros(3), Duration::Seconds(1));
  EXPECT_GT(taken, 125'000);
  EXPECT_LE(taken, 125'000 + 62'500);
}

}  // namespace
}  // namespace parley
