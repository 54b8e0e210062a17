// Who is not on stage is heard by nobody, whatever they send under their own keys.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/meeting_fixture.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;

class StageTest : public MeetingTest {
 protected:
  // Everybody sends all the time, like somebody who does not keep to what they were told.
  bool Hears(const Member& member, uint64_t packets) {
    const uint64_t before = member.heard();
    return loop_.RunUntil([&] { return member.heard() >= before + packets; },
                          Duration::Seconds(30));
  }
  // While `other` hears a hundred packets, once what was under way has come.
  bool HearsNothing(const Member& member, const Member& other) {
    EXPECT_TRUE(Hears(other, 30));
    const uint64_t before = member.heard();
    EXPECT_TRUE(Hears(other, 100));
    return member.heard() == before;
  }
};

TEST_F(StageTest, AnAttendeesPacketsReachNobodyButWhileTheyAreOnStage) {
  Member& ada = Host("Ada");
  members_.push_back(std::make_unique<Member>(identity_, loop_, 2));
  Member& cleo = *members_.back();
  const std::string token = server_.Command("token --room " + room_ + " --role attendee");
  ASSERT_THAT(cleo.JoinByToken(server_.port(), room_, token, "Cleo"), HasSubstr("\"attendee\""));
  ASSERT_TRUE(EveryoneConnects());
  ASSERT_TRUE(Hears(cleo, 50));
  EXPECT_TRUE(HearsNothing(ada, cleo)) << "in the audience";
  const std::string on = R"({"source":"microphone","on":true})";
  EXPECT_THAT(cleo.Ask("publish", on), HasSubstr("\"forbidden\""));

  const auto make = [&](const std::string& role) {
    EXPECT_THAT(ada.Ask("role", R"({"participant":")" + cleo.id() + R"(","role":")" + role + "\"}"),
                HasSubstr("\"result\""));
  };
  make("panelist");
  EXPECT_TRUE(HearsNothing(ada, cleo)) << "on stage, and muted";
  EXPECT_THAT(cleo.Ask("publish", on), HasSubstr("\"result\""));
  EXPECT_TRUE(Hears(ada, 50)) << "on stage, and unmuted by herself";
  EXPECT_THAT(ada.Ask("mute", R"({"participant":")" + cleo.id() + R"(","source":"microphone"})"),
              HasSubstr("\"result\""));
  EXPECT_TRUE(HearsNothing(ada, cleo)) << "muted by a host";
  EXPECT_THAT(cleo.Ask("publish", on), HasSubstr("\"result\""));
  EXPECT_TRUE(Hears(ada, 50));
  make("attendee");
  EXPECT_TRUE(HearsNothing(ada, cleo)) << "back in the audience";
}

}  // namespace
}  // namespace parley::test
