#include "mixer/audio/jitter_buffer.h"

#include <gtest/gtest.h>

#include <vector>

#include "mixer/audio/delay_estimator.h"
#include "mixer/audio/drift_estimator.h"
#include "sfu/base/random.h"

namespace parley {
namespace {

using Result = JitterBuffer::Result;

std::vector<uint8_t> Payload(int64_t n) { return {static_cast<uint8_t>(n)}; }

TEST(JitterBufferTest, GivesPacketsInOrderHoweverTheyCame) {
  JitterBuffer buffer;
  for (int64_t n : {5, 1, 4, 2, 3}) {
    EXPECT_EQ(buffer.Insert(n, n * 160, Timestamp::Millis(n), Payload(n)), Result::kInserted);
  }
  EXPECT_EQ(buffer.Insert(9, 320, Timestamp(), Payload(9)), Result::kDuplicate);
  for (int64_t n = 1; n <= 5; ++n) {
    ASSERT_FALSE(buffer.empty());
    EXPECT_EQ(buffer.front().timestamp, n * 160);
    EXPECT_EQ(buffer.front().seq, n);
    EXPECT_EQ(buffer.front().payload, Payload(n));
    EXPECT_EQ(buffer.front().arrival, Timestamp::Millis(n));
    buffer.PopFront();
  }
  EXPECT_TRUE(buffer.empty());
}

TEST(JitterBufferTest, ForgetsTheOldestWhenFull) {
  JitterBuffer buffer;
  const int64_t capacity = JitterBuffer::kCapacity;
  for (int64_t n = 1; n <= capacity; ++n) buffer.Insert(n, n, Timestamp(), Payload(n));
  EXPECT_EQ(buffer.Insert(0, 0, Timestamp(), Payload(0)), Result::kDroppedOldest);
  EXPECT_EQ(buffer.front().timestamp, 1);
  EXPECT_EQ(buffer.Insert(500, 500, Timestamp(), Payload(500)), Result::kDroppedOldest);
  EXPECT_EQ(buffer.front().timestamp, 2);
  EXPECT_EQ(buffer.size(), JitterBuffer::kCapacity);
}

TEST(JitterBufferTest, RandomOrderComesOutSorted) {
  SeededRandom random(1);
  JitterBuffer buffer;
  int64_t last = -1;
  for (int round = 0; round < 2000; ++round) {
    if (random.Below(2) == 0 && !buffer.empty()) {
      buffer.PopFront();
    } else {
      buffer.Insert(round, random.Below(10000), Timestamp(), Payload(round));
    }
  }
  while (!buffer.empty()) {
    EXPECT_GT(buffer.front().timestamp, last);
    last = buffer.front().timestamp;
    buffer.PopFront();
  }
}

// Packets of 20 ms with a transit of `base` and up to `jitter` more.
void Feed(DelayEstimator& delay, int64_t& n, int packets, int64_t base_ms, uint32_t jitter_ms) {
  SeededRandom random(7);
  for (int i = 0; i < packets; ++i, ++n) {
    const int64_t sent = n * 20'000;
    delay.HandlePacket(
        sent, Timestamp::Micros(sent + base_ms * 1000 + random.Below(jitter_ms * 1000 + 1)));
  }
}

TEST(DelayEstimatorTest, BeginsWithACautiousGuess) {
  EXPECT_EQ(DelayEstimator().target(), Duration::Millis(40));
}

TEST(DelayEstimatorTest, FindsAQuietNetworksDelay) {
  DelayEstimator delay;
  int64_t n = 0;
  Feed(delay, n, 3000, 50, 0);
  EXPECT_EQ(delay.target(), Duration::Millis(2));
}

TEST(DelayEstimatorTest, TheGuessIsForgottenAfterTwoSecondsWithoutJitter) {
  DelayEstimator delay;
  int64_t n = 0;
  Feed(delay, n, 50, 50, 0);
  EXPECT_EQ(delay.target(), Duration::Millis(40));
  Feed(delay, n, 50, 50, 0);
  EXPECT_EQ(delay.target(), Duration::Millis(2));
}

TEST(DelayEstimatorTest, CoversNearlyAllOfTheJitterQuickly) {
  DelayEstimator delay;
  int64_t n = 0;
  Feed(delay, n, 500, 50, 10);
  Feed(delay, n, 50, 50, 100);
  EXPECT_GE(delay.target(), Duration::Millis(80));
  Feed(delay, n, 1000, 50, 100);
  EXPECT_GE(delay.target(), Duration::Millis(95));
  EXPECT_LE(delay.target(), Duration::Millis(105));
  Feed(delay, n, 3000, 50, 10);
  EXPECT_LE(delay.target(), Duration::Millis(15));
}

TEST(DelayEstimatorTest, ALongerPathIsNoJitterForLong) {
  DelayEstimator delay;
  int64_t n = 0;
  Feed(delay, n, 1000, 50, 10);
  Feed(delay, n, 100, 120, 10);
  EXPECT_GE(delay.target(), Duration::Millis(70));
  Feed(delay, n, 4000, 120, 10);
  EXPECT_LE(delay.target(), Duration::Millis(15));
  const int64_t sent = n * 20'000;
  EXPECT_NEAR(static_cast<double>(delay.DelayAt(sent, Timestamp::Micros(sent + 150'000)).us()),
              30'000, 1000);
}

TEST(DriftEstimatorTest, FindsAClockThatIsOff) {
  for (double ppm : {-200.0, -40.0, 40.0, 200.0}) {
    SeededRandom random(3);
    DriftEstimator drift;
    for (int64_t n = 0; n < 3000; ++n) {
      const auto sent = static_cast<int64_t>(static_cast<double>(n) * 20'000 / (1 + ppm * 1e-6));
      drift.HandlePacket(n * 20'000, Timestamp::Micros(sent + 30'000 + random.Below(20'000)));
    }
    EXPECT_NEAR(drift.drift() * 1e6, ppm, 15) << ppm;
  }
}

TEST(DriftEstimatorTest, JitterAloneIsNoDrift) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    SeededRandom random(seed);
    DriftEstimator drift;
    double largest = 0;
    for (int64_t n = 0; n < 10'000; ++n) {
      drift.HandlePacket(n * 20'000, Timestamp::Micros(n * 20'000 + 30'000 + random.Below(60'000)));
      largest = std::max(largest, std::abs(drift.drift()));
    }
    EXPECT_LT(largest * 1e6, 150) << "seed " << seed;
    EXPECT_LT(std::abs(drift.drift()) * 1e6, 50) << "seed " << seed;
  }
}

TEST(DriftEstimatorTest, AnotherPathIsNoDrift) {
  DriftEstimator drift;
  for (int64_t n = 0; n < 3000; ++n) {
    drift.HandlePacket(n * 20'000, Timestamp::Micros(n * 20'000 + (n < 1500 ? 30'000 : 90'000)));
    EXPECT_EQ(drift.drift(), 0);
  }
}

}  // namespace
}  // namespace parley
