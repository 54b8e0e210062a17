// What is left of a meeting, over the wire: polled, written in, killed in the middle, ended, read.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/integration/meeting_fixture.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ReportTest : public MeetingTest {
 protected:
  HttpReply Report(const std::string& more, const std::string& token) {
    return Fetch(server_.port(), {.target = "/api/v1/rooms/" + room_ + "/report" + more,
                                  .headers = {{"Authorization", "Bearer " + token}}});
  }
  HttpReply Report(const std::string& more = {}) { return Report(more, token_); }
};

TEST_F(ReportTest, OutlivesAKillInTheMiddleAndTheMeeting) {
  EXPECT_EQ(Report().status, 404);
  Member& host = Host("Host");
  Member& ada = Joined("=Ada");
  EXPECT_THAT(ada.Ask("chat", R"({"text":"@before, \"all\""})"), HasSubstr("\"result\""));
  EXPECT_THAT(ada.Ask("chat", R"({"text":"secret","to":")" + host.id() + "\"}"),
              HasSubstr("\"result\""));
  EXPECT_THAT(ada.Ask("qa.ask", R"({"text":"Why?","anonymous":true})"), HasSubstr("\"result\""));
  EXPECT_THAT(host.Ask("poll.create", R"({"question":"Which?","options":["+a","b"]})"),
              HasSubstr("\"v1\""));
  EXPECT_THAT(host.Ask("poll.open", R"({"poll":"v1"})"), HasSubstr("\"result\""));
  EXPECT_THAT(ada.Await("poll.poll"), HasSubstr("\"open\""));
  EXPECT_THAT(ada.Ask("poll.vote", R"({"poll":"v1","options":[1]})"), HasSubstr("\"result\""));
  EXPECT_THAT(host.Await("poll.results"), HasSubstr(R"("votes":[0,1])"));
  // Whatever was queued before this answer is on the disk.
  EXPECT_EQ(server_.Post("/api/v1/rooms", "{}", token_).status, 201);

  ASSERT_EQ(server_.End(SIGKILL), -SIGKILL);
  ASSERT_TRUE(server_.Start());
  EXPECT_THAT(Report().body, HasSubstr(R"("name":"=Ada")")) << "before anybody is back";
  EXPECT_THAT(host.Resume(server_.port()), HasSubstr(R"("votes":[0,1])"));
  EXPECT_THAT(ada.Resume(server_.port()), HasSubstr(R"("own":[1])"));
  EXPECT_THAT(ada.Ask("poll.vote", R"({"poll":"v1","options":[0]})"), HasSubstr("\"result\""));
  EXPECT_THAT(Report().body, HasSubstr(R"("ended_at":null)"));
  EXPECT_THAT(host.Ask("end", "{}"), HasSubstr("\"result\""));

  const HttpReply report = Report();
  ASSERT_EQ(report.status, 200) << report.body;
  EXPECT_THAT(report.body, Not(HasSubstr(R"("ended_at":null)")));
  EXPECT_THAT(report.body, HasSubstr(R"("text":"@before, \"all\"")"));
  EXPECT_THAT(report.body, Not(HasSubstr("secret")));
  EXPECT_THAT(report.body, HasSubstr(R"("option":"+a","votes":1,"voters":1)"));
  const std::string attendance = Report("/attendance.csv").body;
  EXPECT_TRUE(attendance.starts_with("\xEF\xBB\xBFname,role,kind,")) << attendance;
  EXPECT_THAT(attendance, HasSubstr("\r\n'=Ada,panelist,browser,20"));
  EXPECT_EQ(std::ranges::count(attendance, '\n'), 3) << attendance;
  EXPECT_THAT(Report("/chat.csv").body, HasSubstr("\"'@before, \"\"all\"\"\""));
  EXPECT_THAT(Report("/questions.csv").body, HasSubstr(",,Why?,0,no,\r\n"));
  EXPECT_THAT(Report("/polls.csv").body, HasSubstr(",v1,Which?,no,'+a,1,1\r\n"));

  // Another kill, and another meeting: the first is still there.
  const std::string first = JsonText(report.body, "meeting");
  ASSERT_EQ(server_.End(SIGKILL), -SIGKILL);
  ASSERT_TRUE(server_.Start());
  members_.clear();
  Host("Host");
  EXPECT_THAT(Report().body, Not(HasSubstr("=Ada")));
  EXPECT_THAT(Report("?meeting=" + first).body, HasSubstr("=Ada"));
  EXPECT_EQ(Fetch(server_.port(), {.target = "/api/v1/rooms/" + room_ + "/report"}).status, 401);
}

}  // namespace
}  // namespace parley::test
