// Who watches because there are many, as clients see it.

#include "signaling/features/crowd/crowd_feature.h"

#include <gtest/gtest.h>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

const std::string kMicrophoneOn = R"({"source":"microphone","on":true})";

std::string Role(const Client& newcomer) {
  return newcomer.last_result()["data"]["role"].GetString();
}

std::string Crowd(const Client& newcomer) {
  const auto& features = newcomer.last_result()["data"]["room"]["features"];
  return features.HasMember("crowd") ? Text(features["crowd"]) : "none";
}

class CrowdFeatureTest : public testing::Test {
 protected:
  Client& Invited(const std::string& name) {
    Client& client = meeting.NewClient();
    EXPECT_TRUE(client.Join(meeting.room_name, meeting.invite, name)) << Text(client.error());
    return client;
  }

  Meeting meeting{{}, 2, {.most_active = 2}};
  Client& host = meeting.Joined("Host", "host");
  Client& ada = Invited("Ada");
};

TEST_F(CrowdFeatureTest, WhoeverComesAfterSoManyWatchesAndMayBeCalled) {
  EXPECT_EQ(Role(ada), "panelist");
  EXPECT_EQ(Crowd(ada), "none");
  Client& bob = Invited("Bob");
  EXPECT_EQ(Role(bob), "attendee");
  EXPECT_EQ(Crowd(bob), R"({"most_active":2})");
  EXPECT_FALSE(bob.has_source("microphone"));
  EXPECT_EQ(bob.Refusal("publish", kMicrophoneOn), "forbidden");
  ASSERT_TRUE(bob.Ask("hand", R"({"up":true})"));
  ASSERT_TRUE(host.Ask("role", R"({"role":"panelist","participant":)" + Quote(bob.id()) + "}"));
  EXPECT_EQ(bob.Refusal("publish", kMicrophoneOn), "ok");
  meeting.ExpectAgreement();
}

TEST_F(CrowdFeatureTest, HostsComeInAsHostsAndFreePlacesAreTaken) {
  Client& second = meeting.Joined("Second", "host");
  EXPECT_EQ(Role(second), "host");
  ASSERT_TRUE(second.Ask("leave"));
  ASSERT_TRUE(ada.Ask("leave"));
  EXPECT_EQ(Role(Invited("Bob")), "panelist");
}

TEST_F(CrowdFeatureTest, OverARestartEverybodyIsWhatTheyWere) {
  Client& bob = Invited("Bob");
  Client& eve = Invited("Eve");
  ASSERT_TRUE(host.Ask("role", R"({"role":"panelist","participant":)" + Quote(eve.id()) + "}"));
  meeting.RestartServer();
  const auto back = [&](const Client& before) {
    Client& again = meeting.NewClient();
    EXPECT_TRUE(again.Resume(before.resume_token()));
    return Role(again);
  };
  EXPECT_EQ(back(bob), "attendee") << "though there is nobody yet";
  EXPECT_EQ(back(eve), "panelist");
  EXPECT_EQ(back(host), "host");
  EXPECT_EQ(back(ada), "panelist");
}

TEST(CrowdFeatureLimitTest, NobodyOnlyWatchesThePracticeOfAWebinar) {
  Meeting meeting({}, 2, {.webinar = true, .most_active = 1});
  Client& host = meeting.Joined("Host", "host");
  EXPECT_EQ(Role(meeting.Joined("Ada")), "panelist");
  ASSERT_TRUE(host.Ask("live.go"));
  EXPECT_EQ(Role(meeting.Joined("Bob")), "attendee");
}

TEST(CrowdFeatureLimitTest, TheOperatorsNumberHoldsWhereARoomHasNone) {
  Limits limits;
  limits.active_per_room = 1;
  Meeting meeting(limits);
  EXPECT_EQ(Role(meeting.Joined("Ada")), "panelist");
  Client& bob = meeting.Joined("Bob");
  EXPECT_EQ(Role(bob), "attendee");
  EXPECT_EQ(Crowd(bob), R"({"most_active":1})");
  EXPECT_EQ(Role(meeting.Joined("Cora", "cohost")), "cohost");
}

}  // namespace
}  // namespace parley::test
