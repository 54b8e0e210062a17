#include "sfu/wire/ntp.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(NtpTime, KnownInstants) {
  EXPECT_EQ(NtpTime::From(WallTime::UnixMicros(0)).value(), uint64_t{2'208'988'800} << 32);
  EXPECT_EQ(NtpTime::From(WallTime::UnixMicros(500'000)).value() & 0xFFFFFFFF, 0x80000000u);
  EXPECT_EQ(NtpTime(uint64_t{2'208'988'801} << 32 | 0x40000000).ToWallTime(),
            WallTime::UnixMicros(1'250'000));
}

TEST(NtpTime, EveryMicrosecondSurvives) {
  for (int64_t us = 0; us < 1'000'000; us += 7) {
    WallTime t = WallTime::UnixMicros(1'795'000'000'000'000 + us);
    ASSERT_EQ(NtpTime::From(t).ToWallTime(), t);
  }
  WallTime last = WallTime::UnixMicros(1'795'000'000'999'999);
  EXPECT_EQ(NtpTime::From(last).ToWallTime(), last);
}

TEST(NtpTime, CompactIsTheMiddle) { EXPECT_EQ(NtpTime(0x0102030405060708).compact(), 0x03040506u); }

TEST(NtpTime, CompactDurations) {
  EXPECT_EQ(DurationToCompactNtp(Duration::Seconds(1)), 0x10000u);
  EXPECT_EQ(DurationToCompactNtp(Duration::Millis(-5)), 0u);
  EXPECT_EQ(DurationToCompactNtp(Duration::Infinite()), 0xFFFF0000u);
  EXPECT_EQ(CompactNtpToDuration(0x18000), Duration::Millis(1500));
  for (int64_t us = 0; us < 3'000'000; us += 997) {
    Duration back = CompactNtpToDuration(DurationToCompactNtp(Duration::Micros(us)));
    EXPECT_LE(std::abs(back.us() - us), 8);
  }
}

TEST(NtpTime, DifferencesHaveASign) {
  EXPECT_EQ(NtpToDuration(int64_t{3} << 31), Duration::Millis(1500));
  EXPECT_EQ(NtpToDuration(-(int64_t{3} << 31)), Duration::Millis(-1500));
  EXPECT_EQ(NtpToDuration(-1), Duration::Zero());
  EXPECT_EQ(NtpToDuration(INT64_MIN), Duration::Seconds(int64_t{INT32_MIN}));
  EXPECT_EQ(NtpToDuration(INT64_MAX), Duration::Seconds(int64_t{1} << 31));
}

}  // namespace
}  // namespace parley
