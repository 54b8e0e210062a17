#include "recorder/timeline/timeline_line.h"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

TEST(TimelineLineTest, ReadsWhatWasWritten) {
  std::string text;
  for (uint64_t n = 0; n < 5; ++n) text += FormatTimelineLine(n, R"({"type":"join","who":"7"})");
  TimelineText read = ReadTimeline(text);
  ASSERT_EQ(read.lines.size(), 5u);
  EXPECT_EQ(read.lines[4].number, 4u);
  EXPECT_EQ(read.lines[4].record, R"({"type":"join","who":"7"})");
  EXPECT_EQ(read.damaged, 0u);
  EXPECT_EQ(read.missing, 0u);
  EXPECT_EQ(read.whole_size, text.size());
}

TEST(TimelineLineTest, HasTheFormThatTheHeaderShows) {
  EXPECT_EQ(FormatTimelineLine(17, R"({"a":1})"),
            "{\"crc\":\"38a61c81\",\"n\":17,\"r\":{\"a\":1}}\n");
}

TEST(TimelineLineTest, EveryTruncationKeepsTheWholeLinesAndSaysWhereTheyEnd) {
  std::string first = FormatTimelineLine(1, R"({"a":1})");
  std::string text = first + FormatTimelineLine(2, R"({"b":2})");
  for (size_t size = 0; size < text.size(); ++size) {
    TimelineText read = ReadTimeline(text.substr(0, size));
    bool whole = size >= first.size();
    EXPECT_EQ(read.lines.size(), whole ? 1u : 0u) << size;
    EXPECT_EQ(read.whole_size, whole ? first.size() : 0u) << size;
    EXPECT_EQ(read.damaged, 0u) << size;
  }
}

TEST(TimelineLineTest, AFlippedBitCostsOneLine) {
  std::string first = FormatTimelineLine(1, R"({"a":1})");
  std::string second = FormatTimelineLine(2, R"({"b":2})");
  std::string third = FormatTimelineLine(3, R"({"c":3})");
  for (size_t i = 0; i + 1 < second.size(); ++i) {
    std::string bad = second;
    bad[i] = static_cast<char>(bad[i] ^ 0x01);
    if (bad[i] == '\n') continue;
    std::string text = first + bad + third;
    TimelineText read = ReadTimeline(text);
    ASSERT_EQ(read.lines.size(), 2u) << i;
    EXPECT_EQ(read.lines[1].number, 3u) << i;
    EXPECT_EQ(read.damaged, 1u) << i;
    EXPECT_EQ(read.missing, 1u) << i;
    EXPECT_EQ(read.whole_size, text.size()) << i;
  }
}

TEST(TimelineLineTest, ALineThatStandsTwiceOrTooEarlyIsDamage) {
  std::string one = FormatTimelineLine(1, "{}");
  TimelineText read = ReadTimeline(one + one + FormatTimelineLine(0, "{}"));
  EXPECT_EQ(read.lines.size(), 1u);
  EXPECT_EQ(read.damaged, 2u);
}

TEST(TimelineLineTest, RefusesWhatIsNoObjectOfOneLine) {
  EXPECT_EQ(FormatTimelineLine(1, ""), "");
  EXPECT_EQ(FormatTimelineLine(1, "[1]"), "");
  EXPECT_EQ(FormatTimelineLine(1, "{\n}"), "");
  EXPECT_EQ(FormatTimelineLine(1, "{\"a\":\"" + std::string(kMaxTimelineLine, 'x') + "\"}"), "");
}

}  // namespace
}  // namespace parley
