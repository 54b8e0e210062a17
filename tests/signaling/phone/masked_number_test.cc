#include "signaling/phone/masked_number.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(MaskedNumberTest, TheMiddleIsHidden) {
  EXPECT_EQ(MaskedNumber("+442079460123"), "+44 … 23");
  EXPECT_EQ(MaskedNumber("+44 (20) 7946-0123"), "+44 … 23");
  EXPECT_EQ(MaskedNumber("02079460123"), "02 … 23");
  EXPECT_EQ(MaskedNumber("1234567"), "12 … 67");
}

TEST(MaskedNumberTest, AShortOneShowsItsLastDigit) {
  EXPECT_EQ(MaskedNumber("123456"), " … 6");
  EXPECT_EQ(MaskedNumber("7"), " … 7");
}

TEST(MaskedNumberTest, WhatIsNoNumberIsNone) {
  for (const char* text : {"", "+", "alice", "12a4567", "anonymous", "123;456"}) {
    EXPECT_EQ(MaskedNumber(text), "") << text;
  }
}

}  // namespace
}  // namespace parley
