#include "sfu/base/units.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(Timestamp, NeverAbsorbsAndComparesLast) {
  EXPECT_TRUE((Timestamp::Never() + Duration::Seconds(1)).IsNever());
  EXPECT_TRUE((Timestamp::Never() - Duration::Seconds(1)).IsNever());
  EXPECT_TRUE((Timestamp::Seconds(1) + Duration::Infinite()).IsNever());
  EXPECT_LT(Timestamp::Seconds(1'000'000), Timestamp::Never());
}

TEST(Timestamp, Differences) {
  EXPECT_EQ(Timestamp::Millis(1500) - Timestamp::Seconds(1), Duration::Millis(500));
  EXPECT_EQ(Timestamp::Seconds(1) - Timestamp::Millis(1500), Duration::Millis(-500));
  EXPECT_EQ(Timestamp::Micros(1999).ms(), 1);
}

TEST(WallTime, SecondsAndDifferences) {
  WallTime t = WallTime::UnixMicros(1'700'000'000'999'999);
  EXPECT_EQ(t.unix_seconds(), 1'700'000'000);
  EXPECT_EQ((t + Duration::Micros(1)).unix_seconds(), 1'700'000'001);
  EXPECT_EQ((t + Duration::Seconds(2)) - t, Duration::Seconds(2));
}

TEST(Bitrate, OfASizeOverATime) {
  EXPECT_EQ(DataSize::Bytes(1250) / Duration::Millis(10), Bitrate::Kbps(1000));
  EXPECT_EQ(DataSize::Bytes(1250) / Duration::Zero(), Bitrate());
  EXPECT_EQ(DataSize::Bytes(1250) / Duration::Millis(-1), Bitrate());
  EXPECT_LT(Bitrate::Kbps(10'000'000), Bitrate::Unlimited());
}

}  // namespace
}  // namespace parley
