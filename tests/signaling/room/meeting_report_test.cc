#include "signaling/room/meeting_report.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

MeetingReport Sample() {
  return {.started_at = WallTime::UnixMicros(1'763'885'000'000'001),
          .ended_at = WallTime::UnixMicros(1'763'885'060'000'002),
          .tables = {{.name = "one",
                      .columns = {{"text", ReportKind::kText},
                                  {"number", ReportKind::kNumber},
                                  {"flag", ReportKind::kFlag},
                                  {"at", ReportKind::kTime}},
                      .rows = {{std::string("\u00e9 \"x\"\n"), int64_t{-3}, true,
                                WallTime::UnixMicros(1'763'885'001'000'003)},
                               {ReportCell(), ReportCell(), ReportCell(), ReportCell()}}},
                     {.name = "empty", .columns = {{"a", ReportKind::kText}}, .rows = {}}}};
}

TEST(MeetingReportTest, ComesBackFromTheStore) {
  const MeetingReport sample = Sample();
  const auto read = ReadReport(WriteForStore(sample));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->started_at, sample.started_at);
  EXPECT_EQ(read->ended_at, sample.ended_at);
  ASSERT_EQ(read->tables.size(), 2u);
  EXPECT_EQ(read->tables[0].name, "one");
  EXPECT_EQ(read->tables[0].rows, sample.tables[0].rows);
  EXPECT_EQ(read->tables[1].columns[0].name, "a");
  EXPECT_TRUE(read->tables[1].rows.empty());

  MeetingReport going_on = Sample();
  going_on.ended_at.reset();
  EXPECT_FALSE(ReadReport(WriteForStore(going_on))->ended_at);
}

TEST(MeetingReportTest, WhatIsNoneIsRefused) {
  const std::string good = WriteForStore(Sample());
  for (size_t size = 0; size < good.size(); ++size) EXPECT_FALSE(ReadReport(good.substr(0, size)));
  for (const char* bad :
       {"[]", "{}", R"({"started_at":1})", R"({"started_at":1,"tables":[7]})",
        R"({"started_at":1,"tables":[{"name":"a","columns":[{"name":"b","kind":"c"}],"rows":[]}]})",
        R"({"started_at":1,"tables":[{"name":"a","columns":[],"rows":[["x"]]}]})"}) {
    EXPECT_FALSE(ReadReport(bad)) << bad;
  }
}

}  // namespace
}  // namespace parley
