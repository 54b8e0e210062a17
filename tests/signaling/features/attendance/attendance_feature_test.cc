// Who was there, as the report tells it.

#include "signaling/features/attendance/attendance_feature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "signaling/room/meeting_report.h"
#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

using ::testing::ElementsAre;

class AttendanceFeatureTest : public testing::Test {
 protected:
  static ReportTable Table(const MeetingReport& report) {
    const auto found = std::ranges::find(report.tables, "attendance", &ReportTable::name);
    EXPECT_NE(found, report.tables.end());
    return *found;
  }
  // Of the meeting that is on.
  MeetingReport Now() { return *meeting.room().Report(meeting.now()); }
  // Of the one that was over last.
  MeetingReport Last() {
    EXPECT_FALSE(meeting.store.reports().empty());
    return *ReadReport(meeting.store.reports().back().value);
  }
  // "Ada attendee browser 12s 1" for each; "here" behind whoever is.
  static std::vector<std::string> Lines(const MeetingReport& report) {
    std::vector<std::string> lines;
    for (const auto& row : Table(report).rows) {
      std::string line = std::get<std::string>(row[0]) + " " + std::get<std::string>(row[1]) + " " +
                         std::get<std::string>(row[2]) + " " +
                         std::to_string(std::get<int64_t>(row[5])) + "s " +
                         std::to_string(std::get<int64_t>(row[6]));
      if (std::holds_alternative<std::monostate>(row[4])) line += " here";
      lines.push_back(line);
    }
    return lines;
  }
  Client& JoinedAs(const std::string& instance, const std::string& name,
                   const std::string& token = "attendee") {
    Client& client = meeting.NewClient();
    client.set_instance(instance);
    EXPECT_TRUE(client.Join(meeting.room_name, token, name));
    return client;
  }
  Participant& Call(const std::string& number) {
    return meeting.room().Join({.id = {},
                                .name = number,
                                .role = Role::kPanelist,
                                .kind = ParticipantKind::kPhone,
                                .may_publish = {},
                                .publish = {},
                                .sink = nullptr},
                               meeting.room().NewSourceIds(), nullptr, std::nullopt, meeting.now());
  }

  Meeting meeting;
  const WallTime begin = meeting.now().wall;
};

TEST_F(AttendanceFeatureTest, TellsWhoWasThereFromWhenToWhen) {
  Client& host = meeting.Joined("Host", "host");
  meeting.Pass(Duration::Seconds(10));
  Client& ada = meeting.Joined("Ada", "attendee");
  meeting.Pass(Duration::Seconds(20));
  ASSERT_TRUE(ada.Ask("leave"));
  EXPECT_THAT(Lines(Now()),
              ElementsAre("Host host browser 30s 1 here", "Ada attendee browser 20s 1"));
  EXPECT_FALSE(Now().ended_at);
  meeting.Pass(Duration::Seconds(30));
  ASSERT_TRUE(host.Ask("end"));
  EXPECT_FALSE(meeting.room().Report(meeting.now()));
  const MeetingReport report = Last();
  EXPECT_THAT(Lines(report), ElementsAre("Host host browser 60s 1", "Ada attendee browser 20s 1"));
  EXPECT_EQ(report.started_at, begin);
  EXPECT_EQ(report.ended_at, begin + Duration::Seconds(60));
  const auto ada_row = Table(report).rows[1];
  EXPECT_EQ(std::get<WallTime>(ada_row[3]), begin + Duration::Seconds(10));
  EXPECT_EQ(std::get<WallTime>(ada_row[4]), begin + Duration::Seconds(30));
}

TEST_F(AttendanceFeatureTest, SomebodyWhoComesAgainIsOne) {
  meeting.Joined("Host", "host");
  Client& ada = JoinedAs("one", "Ada");
  meeting.Pass(Duration::Seconds(10));
  ASSERT_TRUE(ada.Ask("leave"));
  meeting.Pass(Duration::Seconds(100));
  Client& again = JoinedAs("one", "Ada L.");
  JoinedAs("two", "Ada");
  meeting.Pass(Duration::Seconds(5));
  ASSERT_TRUE(again.Ask("leave"));
  EXPECT_THAT(Lines(Now()),
              ElementsAre("Host host browser 115s 1 here", "Ada L. attendee browser 15s 2",
                          "Ada attendee browser 5s 1 here"));
}

TEST_F(AttendanceFeatureTest, TwoTabsOfOnePersonCountOnce) {
  Client& one = JoinedAs("one", "Ada");
  meeting.Pass(Duration::Seconds(10));
  Client& two = JoinedAs("one", "Ada");
  meeting.Pass(Duration::Seconds(10));
  ASSERT_TRUE(one.Ask("leave"));
  meeting.Pass(Duration::Seconds(10));
  EXPECT_THAT(Lines(Now()), ElementsAre("Ada attendee browser 30s 2 here"));
  ASSERT_TRUE(two.Ask("leave"));
  EXPECT_THAT(Lines(Last()), ElementsAre("Ada attendee browser 30s 2"));
}

TEST_F(AttendanceFeatureTest, ALostSocketThatComesBackIsNoLeaveAndOneThatDoesNotLeftWhenItWasLost) {
  meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada", "attendee");
  meeting.Pass(Duration::Seconds(10));
  ada.Lose();
  meeting.Pass(Duration::Seconds(30));
  Client& back = meeting.NewClient();
  ASSERT_TRUE(back.Resume(ada.resume_token()));
  meeting.Pass(Duration::Seconds(10));
  EXPECT_THAT(Lines(Now()),
              ElementsAre("Host host browser 50s 1 here", "Ada attendee browser 50s 1 here"));
  back.Lose();
  meeting.Pass(Duration::Seconds(70));
  EXPECT_THAT(Lines(Now()),
              ElementsAre("Host host browser 120s 1 here", "Ada attendee browser 50s 1"));
}

TEST_F(AttendanceFeatureTest, CallersHaveTheirMaskedNumberAndAreOneWhenTheyCallAgain) {
  meeting.Joined("Host", "host");
  Participant& first = Call("+44 xxx 123");
  Participant& other = Call("+44 xxx 123");
  meeting.Pass(Duration::Seconds(10));
  meeting.room().Leave(first, LeaveReason::kLeft, meeting.now());
  meeting.room().Leave(other, LeaveReason::kLeft, meeting.now());
  meeting.Pass(Duration::Seconds(10));
  Participant& again = Call("+44 xxx 123");
  meeting.Pass(Duration::Seconds(10));
  EXPECT_THAT(Lines(Now()),
              ElementsAre("Host host browser 30s 1 here", "+44 xxx 123 panelist phone 20s 2 here",
                          "+44 xxx 123 panelist phone 10s 1"))
      << "two who were there at once are two";
  meeting.room().Leave(again, LeaveReason::kLeft, meeting.now());
}

TEST_F(AttendanceFeatureTest, TheRoleIsTheLastOne) {
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada", "attendee");
  ASSERT_TRUE(host.Ask("role", R"({"participant":)" + Quote(ada.id()) + R"(,"role":"panelist"})"));
  EXPECT_THAT(Lines(Now()),
              ElementsAre("Host host browser 0s 1 here", "Ada panelist browser 0s 1 here"));
}

TEST_F(AttendanceFeatureTest, TimeInTheLobbyIsNoAttendance) {
  Client& host = meeting.Joined("Host", "host");
  ASSERT_TRUE(host.Ask("lobby.set", R"({"on":true})"));
  Client& ada = meeting.NewClient();
  ASSERT_TRUE(ada.Join(meeting.room_name, meeting.invite, "Ada"));
  Client& bob = meeting.NewClient();
  ASSERT_TRUE(bob.Join(meeting.room_name, meeting.invite, "Bob"));
  meeting.Pass(Duration::Seconds(10));
  const std::string bobs = meeting.room().lobby().queue()[1]->newcomer.id;
  ASSERT_TRUE(host.Ask("lobby.deny", R"({"waiting":)" + Quote(bobs) + "}"));
  ASSERT_TRUE(host.Ask("lobby.admit"));
  meeting.Pass(Duration::Seconds(5));
  EXPECT_THAT(Lines(Now()),
              ElementsAre("Host host browser 15s 1 here", "Ada panelist browser 5s 1 here"));
}

TEST_F(AttendanceFeatureTest, OutlivesTheServer) {
  Client& host = meeting.Joined("Host", "host");
  Client& ada = JoinedAs("one", "Ada");
  meeting.Joined("Bob", "attendee");
  meeting.Pass(Duration::Seconds(100));
  meeting.RestartServer();
  EXPECT_EQ(Lines(Now()).size(), 3u);
  EXPECT_TRUE(Now().ended_at) << "nobody is back yet";
  meeting.Pass(Duration::Seconds(20));
  Client& host_again = meeting.NewClient();
  ASSERT_TRUE(host_again.Resume(host.resume_token()));
  Client& ada_again = meeting.NewClient();
  ASSERT_TRUE(ada_again.Resume(ada.resume_token()));
  meeting.Pass(Duration::Seconds(10));
  const auto rows = Table(Now()).rows;
  ASSERT_EQ(rows.size(), 3u);
  for (const auto& row : rows)
    EXPECT_EQ(std::get<int64_t>(row[6]), 1) << "to resume is no new join";
  const auto seconds = [&](size_t row) { return std::get<int64_t>(rows[row][5]); };
  for (const size_t back : {0u, 1u}) {
    EXPECT_GE(seconds(back), 100 + 10 - kSeenAlive.ms() / 1000);
    EXPECT_LE(seconds(back), 110);
  }
  EXPECT_TRUE(std::holds_alternative<WallTime>(rows[2][4])) << "Bob did not come back";
  EXPECT_LE(seconds(2), 100);
  EXPECT_GE(seconds(2), 100 - kSeenAlive.ms() / 1000);
  ASSERT_TRUE(host_again.Ask("end"));
  EXPECT_EQ(Lines(Last()).size(), 3u);
  EXPECT_TRUE(meeting.store.AllRows().empty());
}

TEST_F(AttendanceFeatureTest, OfAMeetingThatNobodyComesBackToTheReportIsKept) {
  meeting.Joined("Ada");
  meeting.Pass(Duration::Seconds(60));
  meeting.RestartServer();
  meeting.Pass(meeting.limits.resume_token_life + Duration::Seconds(100));
  EXPECT_TRUE(meeting.store.reports().empty());
  meeting.Joined("Bob");
  EXPECT_EQ(Lines(Last()).size(), 1u);
  EXPECT_EQ(Last().started_at, begin);
  EXPECT_THAT(Lines(Now()), ElementsAre("Bob panelist browser 0s 1 here"));
}

TEST_F(AttendanceFeatureTest, IsBounded) {
  meeting.Joined("Host", "host");
  for (size_t i = 0; i < kAttendees + 10; ++i) {
    meeting.room().Leave(Call(std::to_string(i)), LeaveReason::kLeft, meeting.now());
  }
  EXPECT_EQ(Table(Now()).rows.size(), kAttendees);
}

}  // namespace
}  // namespace parley::test
