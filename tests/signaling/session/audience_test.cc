// Who sees whom in a webinar.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string Give(const Client& client, const std::string& role) {
  return R"({"participant":)" + Quote(client.id()) + R"(,"role":)" + Quote(role) + "}";
}

bool Lists(const Client& viewer, const Client& other) {
  return viewer.known().participants.contains(other.id());
}

class AudienceTest : public testing::Test {
 protected:
  ~AudienceTest() override { meeting.ExpectAgreement(); }

  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada", "attendee");
  Client& ben = meeting.Joined("Ben", "attendee");
};

TEST_F(AudienceTest, IsListedForTheStageAndNotForItself) {
  EXPECT_TRUE(Lists(host, ada) && Lists(host, ben));
  EXPECT_TRUE(Lists(ben, host) && Lists(ben, ben));
  EXPECT_FALSE(Lists(ada, ben));
  EXPECT_FALSE(Lists(ben, ada)) << "nor in the snapshot of who comes later";
}

TEST_F(AudienceTest, IsCountedForAllAtMostOnceASecond) {
  meeting.Pass(Duration::Seconds(2));
  ada.Take("audience");
  host.Take("audience");
  for (int i = 0; i < 5; ++i) meeting.Joined("Late", "attendee");
  EXPECT_THAT(ada.Take("audience"), IsEmpty());
  meeting.Pass(Duration::Seconds(2));
  EXPECT_THAT(ada.Take("audience"), ElementsAre(R"({"count":7})"));
  EXPECT_THAT(host.Take("audience"), ElementsAre(R"({"count":7})"));
}

TEST_F(AudienceTest, LearnsNothingOfWhatHappensInIt) {
  ada.Take("participant_changed");
  ASSERT_TRUE(ben.Ask("hand", R"({"up":true})"));
  ASSERT_TRUE(ben.Ask("rename", R"({"name":"Benjamin"})"));
  EXPECT_THAT(ada.Take("participant_changed"), IsEmpty());
  EXPECT_EQ(host.Take("participant_changed").size(), 2u);
  EXPECT_EQ(ben.Take("participant_changed").size(), 2u) << "one's own changes";
  ASSERT_TRUE(ben.Ask("leave"));
  EXPECT_THAT(ada.Take("participant_left"), IsEmpty());
  EXPECT_EQ(host.Take("participant_left").size(), 1u);
}

TEST_F(AudienceTest, SeesWhoIsCalledOnStageComeAndGo) {
  ASSERT_TRUE(host.Ask("role", Give(ben, "panelist")));
  EXPECT_TRUE(Lists(ada, ben));
  EXPECT_TRUE(Lists(ben, ada)) << "who is on stage sees the audience";
  EXPECT_THAT(ben.Take("participants"), ElementsAre(HasSubstr("Ada")));

  ASSERT_TRUE(host.Ask("role", Give(ben, "attendee")));
  EXPECT_FALSE(Lists(ada, ben));
  EXPECT_FALSE(Lists(ben, ada));
  EXPECT_THAT(ada.Take("participant_left"), ElementsAre(HasSubstr(R"("reason":"audience")")));
  EXPECT_THAT(ben.Take("participants"), ElementsAre(Not(HasSubstr("Ada"))));
  EXPECT_TRUE(Lists(host, ben));
}

TEST_F(AudienceTest, IsLeftByACohost) {
  ASSERT_TRUE(host.Ask("role", Give(ben, "cohost")));
  EXPECT_TRUE(Lists(ben, ada));
  ASSERT_TRUE(ben.Ask("role", Give(ada, "panelist")));
  EXPECT_TRUE(Lists(ada, ben) && Lists(ben, ada) && Lists(host, ada));
}

}  // namespace
}  // namespace parley::test
