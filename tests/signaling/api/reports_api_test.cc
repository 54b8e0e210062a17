#include "signaling/api/reports_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/signaling/api/api_world.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using enum HttpMethod;

// Tells of a meeting what a test says.
class TellingFeature final : public Feature {
 public:
  static inline std::optional<MeetingReport> told;
  static FeatureEntry Entry() {
    return {.name = "telling", .requests = {}, .make = [](Room&) -> std::unique_ptr<Feature> {
              return std::make_unique<TellingFeature>();
            }};
  }
  std::expected<std::string, Error> Handle(Participant&, const FeatureRequest&, Now) override {
    return "{}";
  }
  void ReportTo(MeetingReport& report, Now) const override {
    if (told) report = *told;
  }
};

class ReportsApiTest : public ::testing::Test, protected ApiWorld {
 protected:
  ReportsApiTest() : ApiWorld({TellingFeature::Entry()}) {
    MakeRoom("weekly");
    TellingFeature::told.reset();
  }
  static MeetingReport ReportOf(int64_t started_at, const std::string& name,
                                std::optional<int64_t> ended_at) {
    MeetingReport report{.started_at = WallTime::UnixMicros(started_at),
                         .ended_at = {},
                         .tables = {{.name = "attendance",
                                     .columns = {{"name", ReportKind::kText},
                                                 {"joined_at", ReportKind::kTime},
                                                 {"left_at", ReportKind::kTime},
                                                 {"seconds", ReportKind::kNumber},
                                                 {"here", ReportKind::kFlag}},
                                     .rows = {{name, WallTime::UnixMicros(started_at), ReportCell(),
                                               int64_t{7}, false}}}}};
    if (ended_at) report.ended_at = WallTime::UnixMicros(*ended_at);
    return report;
  }
  static StoredReport Stored(const MeetingReport& report, bool with_text) {
    return {.room = "weekly",
            .started_at = report.started_at,
            .ended_at = *report.ended_at,
            .value = with_text ? WriteForStore(report) : std::string()};
  }
  HttpResponse Get(const std::string& more = {}) {
    return Call(kGet, "/api/v1/rooms/weekly/report" + more, "", Token(Role::kHost, "weekly"));
  }
};

TEST_F(ReportsApiTest, TheLastMeetingIsTold) {
  store.reports_ = {Stored(ReportOf(5'000'000, "Ada", 9'000'000), true),
                    Stored(ReportOf(1'000'000, "Bob", 2'000'000), false)};
  const HttpResponse report = Get();
  ASSERT_EQ(report.status, 200) << report.body;
  EXPECT_EQ(report.header("Cache-Control"), "no-store");
  EXPECT_EQ(
      report.body,
      R"({"room":"weekly","title":"Weekly","meeting":"5000000","started_at":5000,"ended_at":9000,)"
      R"("meetings":[{"meeting":"5000000","started_at":5000,"ended_at":9000},)"
      R"({"meeting":"1000000","started_at":1000,"ended_at":2000}],)"
      R"("attendance":[{"name":"Ada","joined_at":5000,"left_at":null,"seconds":7,"here":false}]})");
  EXPECT_EQ(store.asked_, std::pair(std::string("weekly"), WallTime()));
}

TEST_F(ReportsApiTest, TheOneThatIsOnGoesFirst) {
  TellingFeature::told = ReportOf(8'000'000, "Cy", std::nullopt);
  store.reports_ = {Stored(ReportOf(5'000'000, "Ada", 6'000'000), true)};
  const HttpResponse report = Get();
  EXPECT_THAT(report.body, HasSubstr(R"("meeting":"8000000","started_at":8000,"ended_at":null)"));
  EXPECT_THAT(report.body, HasSubstr(R"("name":"Cy")"));
  EXPECT_THAT(report.body, HasSubstr(R"("meeting":"5000000")"));
  EXPECT_THAT(Get("?meeting=5000000").body, HasSubstr(R"("name":"Ada")"));
  EXPECT_EQ(store.asked_.second, WallTime::UnixMicros(5'000'000));
  EXPECT_THAT(Get("?meeting=8000000").body, HasSubstr(R"("name":"Cy")"));
}

TEST_F(ReportsApiTest, APartIsATableForSpreadsheets) {
  store.reports_ = {Stored(ReportOf(5'000'000, "=1+1", 9'000'000), true)};
  const HttpResponse table = Get("/attendance.csv");
  ASSERT_EQ(table.status, 200);
  EXPECT_EQ(table.header("Content-Type"), "text/csv; charset=utf-8");
  EXPECT_EQ(table.header("Content-Disposition"), R"(attachment; filename="weekly-attendance.csv")");
  EXPECT_THAT(table.body, HasSubstr("'=1+1,1970-01-01 00:00:05,,7,no\r\n"));
  for (const char* odd :
       {"/chat.csv", "/attendance", "/attendance.csv/x", "/.csv", "/a%22.csv", "/A.csv", "/"}) {
    EXPECT_EQ(Get(odd).status, 404) << odd;
  }
}

TEST_F(ReportsApiTest, WithoutAMeetingThereIsNothingToTell) {
  const HttpResponse none = Get();
  EXPECT_EQ(none.status, 404);
  EXPECT_THAT(none.body, HasSubstr("no meeting"));
  EXPECT_EQ(Get("/attendance.csv").status, 404);
  EXPECT_EQ(Get("?meeting=7").status, 404);
  EXPECT_EQ(Get("?meeting=x").status, 400);
  EXPECT_EQ(Get("?meeting=-1").status, 400);
  EXPECT_EQ(Get("?meeting=99999999999999999999").status, 400);
  store.reports_ = {{.room = "weekly",
                     .started_at = WallTime::UnixMicros(1),
                     .ended_at = WallTime::UnixMicros(2),
                     .value = "of another version"}};
  EXPECT_EQ(Get().status, 404);
}

TEST_F(ReportsApiTest, IsForHostsOfTheRoomOnly) {
  TellingFeature::told = ReportOf(8'000'000, "Cy", std::nullopt);
  MakeRoom("other");
  const std::string path = "/api/v1/rooms/weekly/report";
  EXPECT_EQ(Call(kGet, path).status, 401);
  EXPECT_EQ(Call(kGet, path, "", "nonsense").status, 401);
  for (const Role role : {Role::kAttendee, Role::kPanelist, Role::kCohost}) {
    const HttpResponse refused = Call(kGet, path, "", Token(role, "weekly"));
    EXPECT_EQ(CodeOf(refused), "forbidden");
    EXPECT_THAT(refused.body, Not(HasSubstr("Cy")));
  }
  EXPECT_EQ(CodeOf(Call(kGet, path, "", Token(Role::kHost, "other"))), "forbidden");
  EXPECT_EQ(CodeOf(Call(kGet, path + "/attendance.csv", "", Token(Role::kHost, "other"))),
            "forbidden");
  EXPECT_EQ(Call(kGet, path, "", Token(Role::kHost)).status, 200);
  EXPECT_EQ(Call(kPost, path, "", Token(Role::kHost)).status, 405);
  EXPECT_EQ(CodeOf(Call(kGet, "/api/v1/rooms/nowhere/report", "", Token(Role::kHost))),
            "room_not_found");
  EXPECT_EQ(Call(kGet, "/api/v1/rooms/weekly/reports", "", Token(Role::kHost)).status, 404);
}

}  // namespace
}  // namespace parley::test
