#include "signaling/room/passcode.h"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

SeededRandom& Random() {
  static SeededRandom random(7);
  return random;
}

TEST(PasscodeTest, OnlyTheRightOneOpensAtFirstAndLater) {
  const auto kept = Passcode::Keep(" tulip 7 ", Random());
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->find("tulip"), std::string::npos);
  Passcode passcode(*kept);
  ASSERT_TRUE(passcode.exists());
  for (int round = 0; round < 2; ++round) {
    EXPECT_FALSE(passcode.IsRight("Tulip 7"));
    EXPECT_FALSE(passcode.IsRight("tulip 8"));
    EXPECT_FALSE(passcode.IsRight(""));
    EXPECT_FALSE(passcode.IsRight(std::string(1'000, 'x')));
    EXPECT_FALSE(passcode.IsRight("\x01\xff"));
    EXPECT_TRUE(passcode.IsRight("tulip 7"));
    EXPECT_TRUE(passcode.IsRight("\ttulip 7 "));
  }
}

TEST(PasscodeTest, NoTwoAreKeptAlike) {
  EXPECT_NE(*Passcode::Keep("tulip 7", Random()), *Passcode::Keep("tulip 7", Random()));
}

TEST(PasscodeTest, AnEmptyOneIsNone) {
  EXPECT_EQ(Passcode::Keep("", Random()).value(), "");
  EXPECT_FALSE(Passcode("").exists());
}

TEST(PasscodeTest, SixToSixtyFourCharacters) {
  for (const std::string& good :
       {std::string("123456"), std::string(64, 'x'), std::string("郁金香郁金香")}) {
    EXPECT_TRUE(Passcode::Keep(good, Random())) << good;
  }
  for (const std::string& bad :
       {std::string("12345"), std::string("  12345  "), std::string(65, 'x'), std::string("      "),
        std::string("12345\n678"), std::string("12345\xff")}) {
    const auto kept = Passcode::Keep(bad, Random());
    ASSERT_FALSE(kept) << bad;
    EXPECT_EQ(kept.error().field, "passcode");
  }
}

TEST(PasscodeTest, WhatIsDamagedLetsNobodyIn) {
  for (const char* kept : {".", "x.", ".x", "AAAA.AAAA"}) {
    Passcode passcode(kept);
    EXPECT_TRUE(passcode.exists()) << kept;
    EXPECT_FALSE(passcode.IsRight("tulip 7")) << kept;
  }
}

}  // namespace
}  // namespace parley
