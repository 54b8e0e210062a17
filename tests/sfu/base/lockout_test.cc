#include "sfu/base/lockout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace parley {
namespace {

const Timestamp kStart = Timestamp::Seconds(1000);

void Wrong(Lockout& lockout, const std::string& key, int times, Timestamp now) {
  for (int i = 0; i < times; ++i) lockout.HandleWrong(key, now);
}

TEST(LockoutTest, FourWrongOnesAreForgiven) {
  Lockout lockout;
  Wrong(lockout, "a", 4, kStart);
  EXPECT_EQ(lockout.LockedFor("a", kStart), Duration::Zero());
  lockout.HandleWrong("a", kStart);
  EXPECT_EQ(lockout.LockedFor("a", kStart), Lockout::kFirstLock);
  EXPECT_EQ(lockout.LockedFor("b", kStart), Duration::Zero());
}

TEST(LockoutTest, TheTimeGrowsUpToAnHour) {
  Lockout lockout;
  Wrong(lockout, "a", 5, kStart);
  Timestamp now = kStart;
  Duration expected = Lockout::kFirstLock;
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(lockout.LockedFor("a", now), expected) << i;
    now = now + expected;
    EXPECT_EQ(lockout.LockedFor("a", now), Duration::Zero());
    lockout.HandleWrong("a", now);
    expected = std::min(expected * 2, Lockout::kLongestLock);
  }
}

TEST(LockoutTest, ARightOneMakesUpForOneWrongOneAndADayForgetsAll) {
  Lockout lockout;
  lockout.HandleRight("a");
  Wrong(lockout, "a", 1, kStart);
  lockout.HandleRight("a");
  EXPECT_EQ(lockout.size(), 0u);
  Wrong(lockout, "a", 4, kStart);
  lockout.HandleRight("a");
  lockout.HandleWrong("a", kStart);
  EXPECT_EQ(lockout.LockedFor("a", kStart), Duration::Zero());
  lockout.HandleWrong("a", kStart);
  EXPECT_EQ(lockout.LockedFor("a", kStart), Lockout::kFirstLock) << "it was not forgotten";
  const Timestamp later = kStart + Lockout::kForgotten + Duration::Seconds(1);
  Wrong(lockout, "a", 4, later);
  EXPECT_EQ(lockout.LockedFor("a", later), Duration::Zero());
}

TEST(LockoutTest, WhatIsForgottenBeginsAnew) {
  Lockout lockout;
  Wrong(lockout, "a", 9, kStart);
  lockout.Forget("a");
  EXPECT_EQ(lockout.LockedFor("a", kStart), Duration::Zero());
  EXPECT_EQ(lockout.size(), 0u);
}

TEST(LockoutTest, AFloodOfCallersForgetsTheOldest) {
  Lockout lockout;
  Wrong(lockout, "first", 5, kStart);
  for (size_t i = 0; i < Lockout::kMostPairs + 100; ++i) {
    lockout.HandleWrong(std::to_string(i), kStart + Duration::Millis(static_cast<int64_t>(i) + 1));
  }
  EXPECT_EQ(lockout.size(), Lockout::kMostPairs);
  EXPECT_EQ(lockout.LockedFor("first", kStart + Duration::Millis(1)), Duration::Zero());
}

TEST(LockoutTest, CallerAndRoomDoNotRunTogether) {
  EXPECT_NE(Lockout::Key("1", "23"), Lockout::Key("12", "3"));
  EXPECT_EQ(Lockout::Key("1", "23"), Lockout::Key("1", "23"));
}

TEST(LockoutTest, FewerTriesMayBeFree) {
  Lockout lockout;
  lockout.HandleWrong("a", kStart, 1);
  EXPECT_EQ(lockout.LockedFor("a", kStart), Lockout::kFirstLock);
  lockout.HandleWrong("b", kStart, 2);
  EXPECT_EQ(lockout.LockedFor("b", kStart), Duration::Zero());
}

}  // namespace
}  // namespace parley
