// Somebody who is not let back.

#include "signaling/features/ban/ban_feature.h"

#include <gtest/gtest.h>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

class BanFeatureTest : public testing::Test {
 protected:
  static std::string Whom(const Client& client) {
    return R"({"participant":)" + Quote(client.id()) + "}";
  }
  // In the room by `token`, as somebody of that installation.
  Client& JoinedAs(const std::string& instance, const std::string& token = "attendee") {
    Client& client = meeting.NewClient();
    client.set_instance(instance);
    EXPECT_TRUE(client.Join(meeting.room_name, token, "Ada"));
    return client;
  }
  // The code that somebody is refused with, or nothing.
  std::string Knock(const std::string& instance, const std::string& token = "attendee") {
    Client& client = meeting.NewClient();
    client.set_instance(instance);
    return client.Join(meeting.room_name, token, "Eve") ? "" : client.error()["code"].GetString();
  }

  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
};

TEST_F(BanFeatureTest, WhoeverIsBannedIsOutAndNotLetBack) {
  Client& ada = JoinedAs("one");
  Client& tab = JoinedAs("one");
  ASSERT_TRUE(host.Ask("ban", Whom(ada)));
  EXPECT_EQ(ada.Take("removed"), (std::vector{R"({"by":")" + host.id() + "\"}"}));
  EXPECT_EQ(ada.close_code(), CloseCode::kRemoved);
  EXPECT_EQ(tab.close_code(), CloseCode::kRemoved) << "in every tab";
  EXPECT_EQ(Knock("one"), "forbidden");
  EXPECT_EQ(Knock("one", meeting.invite), "forbidden");
  EXPECT_EQ(Knock("two"), "");
  EXPECT_EQ(Knock(""), "") << "of whom nothing is known";
  Client& again = meeting.NewClient();
  EXPECT_FALSE(again.Resume(ada.resume_token()));
  meeting.ExpectAgreement();
}

TEST_F(BanFeatureTest, ATokenOfThatPersonLetsNobodyInEither) {
  Client& ada = JoinedAs("one", "attendee#ada");
  ASSERT_TRUE(host.Ask("ban", Whom(ada)));
  EXPECT_EQ(Knock("two", "attendee#ada"), "forbidden");
  EXPECT_EQ(Knock("one", meeting.invite), "forbidden") << "nor the same browser without it";
  EXPECT_EQ(Knock("two", "attendee#bob"), "");
}

TEST_F(BanFeatureTest, TheLobbyIsClosedToThemToo) {
  Client& ada = JoinedAs("one");
  ASSERT_TRUE(host.Ask("lobby.set", R"({"on":true})"));
  ASSERT_TRUE(host.Ask("ban", Whom(ada)));
  EXPECT_EQ(Knock("one", meeting.invite), "forbidden");
  EXPECT_TRUE(host.Take("lobby.knock").empty());
}

TEST_F(BanFeatureTest, WhoeverWaitsInAnotherTabIsTurnedAway) {
  Client& ada = JoinedAs("one");
  ASSERT_TRUE(host.Ask("lobby.set", R"({"on":true})"));
  Client& tab = JoinedAs("one", meeting.invite);
  Client& other = JoinedAs("two", meeting.invite);
  ASSERT_TRUE(host.Ask("ban", Whom(ada)));
  EXPECT_EQ(tab.close_code(), CloseCode::kDenied);
  EXPECT_FALSE(other.close_code());
}

TEST_F(BanFeatureTest, OutlivesTheServerAndEndsWithTheMeeting) {
  Client& ada = JoinedAs("one");
  Client& bob = JoinedAs("");
  ASSERT_TRUE(host.Ask("ban", Whom(ada)));
  ASSERT_TRUE(host.Ask("ban", Whom(bob)));
  meeting.RestartServer();
  Client& again = meeting.NewClient();
  ASSERT_TRUE(again.Resume(host.resume_token()));
  for (const Client* client : {&ada, &bob}) {
    Client& banned = meeting.NewClient();
    EXPECT_FALSE(banned.Resume(client->resume_token())) << "a token of before";
    EXPECT_STREQ(banned.error()["code"].GetString(), "forbidden");
  }
  EXPECT_EQ(Knock("one"), "forbidden");
  ASSERT_TRUE(again.Ask("end"));
  EXPECT_EQ(Knock("one"), "");
  EXPECT_TRUE(meeting.store.RowsOf("ban").empty());
}

TEST_F(BanFeatureTest, IsForThoseWhoMayRemove) {
  Client& cohost = meeting.Joined("Cohost", "cohost");
  Client& ada = JoinedAs("one");
  EXPECT_EQ(ada.Refusal("ban", Whom(cohost)), "forbidden");
  EXPECT_EQ(cohost.Refusal("ban", Whom(host)), "forbidden");
  EXPECT_EQ(host.Refusal("ban", Whom(host)), "bad_request");
  EXPECT_EQ(host.Refusal("ban", R"({"participant":"pnobody"})"), "participant_not_found");
  EXPECT_EQ(host.Refusal("ban", "{}"), "bad_request");
  const Participant& caller =
      meeting.room().Join({.id = {},
                           .name = "+44 xxx 123",
                           .role = Role::kPanelist,
                           .kind = ParticipantKind::kPhone,
                           .may_publish = {},
                           .publish = {},
                           .sink = nullptr},
                          meeting.room().NewSourceIds(), nullptr, std::nullopt, meeting.now());
  EXPECT_EQ(host.Refusal("ban", R"({"participant":)" + Quote(caller.id) + "}"), "bad_request");
  ASSERT_TRUE(cohost.Ask("ban", Whom(ada)));
  EXPECT_EQ(ada.close_code(), CloseCode::kRemoved);
}

TEST_F(BanFeatureTest, WhoeverWaitsForAWebinarGoesToo) {
  Meeting webinar({}, 2, {.webinar = true});
  Client& host_of_it = webinar.Joined("Host", "host");
  Client& ada = webinar.NewClient();
  ada.set_instance("one");
  ASSERT_TRUE(ada.Join(webinar.room_name, webinar.stage_invite, "Ada"));
  Client& tab = webinar.NewClient();
  tab.set_instance("one");
  ASSERT_TRUE(tab.Join(webinar.room_name, webinar.invite, "Ada"));
  ASSERT_TRUE(host_of_it.Ask("ban", Whom(ada)));
  EXPECT_EQ(tab.close_code(), CloseCode::kDenied);
}

TEST_F(BanFeatureTest, ACohostDoesNotBanAHostByAnotherTabOfTheirs) {
  Client& cohost = meeting.Joined("Cohost", "cohost");
  JoinedAs("one", "host");
  Client& tab = JoinedAs("one", "attendee");
  EXPECT_EQ(cohost.Refusal("ban", Whom(tab)), "forbidden");
}

}  // namespace
}  // namespace parley::test
