#include "signaling/api/csv.h"

#include <gtest/gtest.h>

namespace parley::test {
namespace {

std::string CsvOf(const std::string& text) {
  const std::string csv =
      WriteCsv({.name = "t", .columns = {{"a", ReportKind::kText}}, .rows = {{text}}});
  const std::string head =
      "\xEF\xBB\xBF"
      "a\r\n";
  EXPECT_TRUE(csv.starts_with(head));
  EXPECT_TRUE(csv.ends_with("\r\n"));
  return csv.substr(head.size(), csv.size() - head.size() - 2);
}

TEST(CsvTest, EachKindOfCellHasItsForm) {
  const ReportTable table{.name = "t",
                          .columns = {{"name", ReportKind::kText},
                                      {"at", ReportKind::kTime},
                                      {"votes", ReportKind::kNumber},
                                      {"answered", ReportKind::kFlag}},
                          .rows = {{std::string("\u738b\u5c0f\u660e"),
                                    WallTime::UnixMicros(1'763'885'000'123'456), int64_t{12}, true},
                                   {ReportCell(), ReportCell(), int64_t{-1}, false}}};
  EXPECT_EQ(WriteCsv(table),
            "\xEF\xBB\xBFname,at (UTC),votes,answered\r\n"
            "\u738b\u5c0f\u660e,2025-11-23 08:03:20,12,yes\r\n"
            ",,-1,no\r\n");
}

TEST(CsvTest, QuotesAsRfc4180Says) {
  EXPECT_EQ(CsvOf("plain"), "plain");
  EXPECT_EQ(CsvOf("a,b"), "\"a,b\"");
  EXPECT_EQ(CsvOf("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(CsvOf("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(CsvOf("two\r\nlines"), "\"two\r\nlines\"");
}

TEST(CsvTest, NothingThatSomebodyWroteIsAFormula) {
  EXPECT_EQ(CsvOf("=1+1"), "'=1+1");
  EXPECT_EQ(CsvOf("+44 20"), "'+44 20");
  EXPECT_EQ(CsvOf("-1"), "'-1");
  EXPECT_EQ(CsvOf("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(CsvOf("\t=1"), "'\t=1");
  EXPECT_EQ(CsvOf("\r=1"), "\"'\r=1\"");
  EXPECT_EQ(CsvOf("=cmd|' /C calc'!A0,\"x\""), "\"'=cmd|' /C calc'!A0,\"\"x\"\"\"");
  EXPECT_EQ(CsvOf("1=1"), "1=1");
}

}  // namespace
}  // namespace parley::test
