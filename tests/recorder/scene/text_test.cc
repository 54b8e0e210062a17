#include "recorder/scene/text.h"

#include <gtest/gtest.h>

namespace parley::testing {
namespace {

TEST(TextTest, InitialsAreThoseOfTheRoom) {
  EXPECT_EQ(Initials("Ada Augusta Lovelace"), "AL");
  EXPECT_EQ(Initials("王小明"), "王");
  EXPECT_EQ(Initials("王 小明"), "王");
  EXPECT_EQ(Initials("linus"), "L");
  EXPECT_EQ(Initials("émile Зола"), "ÉЗ");
  EXPECT_EQ(Initials(" \t"), "?");
}

// Computed by web/ui/state/names.ts.
TEST(TextTest, ColoursAreThoseOfTheRoom) {
  EXPECT_EQ(HueOf("p1"), 5);
  EXPECT_EQ(HueOf("ada-7"), 30);
  EXPECT_EQ(HueOf("王"), 164);
}

TEST(TextTest, NamesComeOnOneLine) {
  EXPECT_EQ(OneLine("  Ada\r\n\t Lovelace\x7f "), "Ada Lovelace");
  EXPECT_EQ(OneLine("\n"), "");
}

TEST(TextTest, WhatIsNoUtf8IsReplaced) {
  const std::u32string_view bad = U"\uFFFD";
  for (const char* text : {"\x80", "\xFF", "\xC3", "\xE2\x82", "\xF0\x9F\x98", "\xC0"}) {
    EXPECT_EQ(CodePoints(text)[0], bad[0]) << text;
  }
  EXPECT_EQ(CodePoints("\xED\xA0\x80")[0], bad[0]) << "half of a pair";
  EXPECT_EQ(CodePoints("\xE0\x80\xAF")[0], bad[0]) << "too long";
  EXPECT_EQ(ToUtf8(CodePoints("Zürich 東京 😀")), "Zürich 東京 😀");
}

}  // namespace
}  // namespace parley::testing
