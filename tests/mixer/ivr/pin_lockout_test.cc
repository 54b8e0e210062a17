#include "mixer/ivr/pin_lockout.h"

#include <gtest/gtest.h>

#include "mixer/ivr/keypad_commands.h"

namespace parley {
namespace {

const Timestamp kStart = Timestamp::Seconds(1000);

void Wrong(PinLockout& lockout, const std::string& key, int times, Timestamp now) {
  for (int i = 0; i < times; ++i) lockout.HandleWrong(key, now);
}

TEST(PinLockoutTest, FourWrongOnesAreForgiven) {
  PinLockout lockout;
  Wrong(lockout, "a", 4, kStart);
  EXPECT_EQ(lockout.LockedFor("a", kStart), Duration::Zero());
  lockout.HandleWrong("a", kStart);
  EXPECT_EQ(lockout.LockedFor("a", kStart), PinLockout::kFirstLock);
  EXPECT_EQ(lockout.LockedFor("b", kStart), Duration::Zero());
}

TEST(PinLockoutTest, TheTimeGrowsUpToAnHour) {
  PinLockout lockout;
  Wrong(lockout, "a", 5, kStart);
  Timestamp now = kStart;
  Duration expected = PinLockout::kFirstLock;
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(lockout.LockedFor("a", now), expected) << i;
    now = now + expected;
    EXPECT_EQ(lockout.LockedFor("a", now), Duration::Zero());
    lockout.HandleWrong("a", now);
    expected = std::min(expected * 2, PinLockout::kLongestLock);
  }
}

TEST(PinLockoutTest, ARightOneMakesUpForOneWrongOneAndADayForgetsAll) {
  PinLockout lockout;
  lockout.HandleRight("a");
  Wrong(lockout, "a", 1, kStart);
  lockout.HandleRight("a");
  EXPECT_EQ(lockout.size(), 0u);
  Wrong(lockout, "a", 4, kStart);
  lockout.HandleRight("a");
  lockout.HandleWrong("a", kStart);
  EXPECT_EQ(lockout.LockedFor("a", kStart), Duration::Zero());
  lockout.HandleWrong("a", kStart);
  EXPECT_EQ(lockout.LockedFor("a", kStart), PinLockout::kFirstLock) << "it was not forgotten";
  const Timestamp later = kStart + PinLockout::kForgotten + Duration::Seconds(1);
  Wrong(lockout, "a", 4, later);
  EXPECT_EQ(lockout.LockedFor("a", later), Duration::Zero());
}

TEST(PinLockoutTest, AFloodOfCallersForgetsTheOldest) {
  PinLockout lockout;
  Wrong(lockout, "first", 5, kStart);
  for (size_t i = 0; i < PinLockout::kMostPairs + 100; ++i) {
    lockout.HandleWrong(std::to_string(i), kStart + Duration::Millis(static_cast<int64_t>(i) + 1));
  }
  EXPECT_EQ(lockout.size(), PinLockout::kMostPairs);
  EXPECT_EQ(lockout.LockedFor("first", kStart + Duration::Millis(1)), Duration::Zero());
}

TEST(PinLockoutTest, CallerAndRoomDoNotRunTogether) {
  EXPECT_NE(PinLockout::Key("1", "23"), PinLockout::Key("12", "3"));
  EXPECT_EQ(PinLockout::Key("1", "23"), PinLockout::Key("1", "23"));
}

TEST(KeypadCommandsTest, EachKeyAfterAStar) {
  using enum KeypadCommand;
  const std::pair<char, KeypadCommand> everybody[] = {
      {'6', kToggleMute}, {'9', kToggleHand}, {'#', kListKeys}, {'1', kCountPeople},
      {'2', kConsent},    {'8', kUnknown},    {'0', kUnknown},  {'A', kUnknown}};
  const std::pair<char, KeypadCommand> hosts[] = {
      {'3', kMuteAll}, {'5', kToggleLock}, {'7', kAdmitNext}};
  for (bool host : {false, true}) {
    KeypadCommands commands;
    for (const auto& [key, command] : everybody) {
      EXPECT_FALSE(commands.HandleKey('*', host, kStart));
      EXPECT_EQ(commands.HandleKey(key, host, kStart), command) << key;
    }
    for (const auto& [key, command] : hosts) {
      EXPECT_FALSE(commands.HandleKey('*', host, kStart));
      EXPECT_EQ(commands.HandleKey(key, host, kStart), host ? command : kNotAllowed) << key;
    }
  }
}

TEST(KeypadCommandsTest, KeysWithoutAStarOrLongAfterItAreNothing) {
  KeypadCommands commands;
  EXPECT_FALSE(commands.HandleKey('6', true, kStart));
  commands.HandleKey('*', true, kStart);
  EXPECT_FALSE(commands.HandleKey('6', true, kStart + Duration::Seconds(10)));
  commands.HandleKey('*', true, kStart);
  commands.HandleKey('*', true, kStart + Duration::Seconds(10));
  EXPECT_EQ(commands.HandleKey('6', true, kStart + Duration::Seconds(11)),
            KeypadCommand::kToggleMute);
  EXPECT_FALSE(commands.HandleKey('6', true, kStart + Duration::Seconds(11)));
}

}  // namespace
}  // namespace parley
