#include "mixer/ivr/keypad_commands.h"

#include <gtest/gtest.h>

#include <utility>

namespace parley {
namespace {

const Timestamp kStart = Timestamp::Seconds(1000);

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
