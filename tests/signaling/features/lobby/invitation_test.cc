// A room's invitation made anew, as clients see it.

#include <gtest/gtest.h>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

// What a host is told of the links, without the braces around it.
std::string Links(const Meeting& meeting) {
  std::string links = R"("invite":")" + meeting.rooms->Find(meeting.room_name)->record().invite;
  if (!meeting.stage_invite.empty()) {
    links +=
        R"(","stage_invite":")" + meeting.rooms->Find(meeting.room_name)->record().stage_invite;
  }
  return links + "\"";
}

std::string SettingsOf(const Client& client) {
  return Text(client.last_result()["data"]["room"]["features"]["lobby"]);
}

// Clients take what is the meeting's for an invitation.
std::string TryBy(Meeting& meeting, const std::string& invite) {
  if (invite != meeting.stage_invite) meeting.invite = invite;
  Client& client = meeting.NewClient();
  return client.Join(meeting.room_name, invite, "Somebody") ? "ok"
                                                            : client.error()["code"].GetString();
}

TEST(InvitationTest, TheOldOneIsRefusedAndWhoIsInStaysAndComesBack) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.NewClient();
  ASSERT_TRUE(ada.Join(meeting.room_name, meeting.invite, "Ada"));
  const std::string old = meeting.invite;
  const auto* renewed = host.Ask("lobby.renew");
  ASSERT_TRUE(renewed);
  const std::string invite = (*renewed)["invite"].GetString();
  EXPECT_NE(invite, old);
  EXPECT_TRUE(ada.attached());
  EXPECT_EQ(TryBy(meeting, old), "link_invalid");
  EXPECT_EQ(TryBy(meeting, invite), "ok");

  const std::string id = ada.id();
  ada.Lose();
  Client& back = meeting.NewClient();
  ASSERT_TRUE(back.Resume(ada.resume_token()));
  EXPECT_EQ(back.id(), id);
  meeting.ExpectAgreement();
  back.Lose();
  meeting.RestartServer();
  EXPECT_EQ(TryBy(meeting, old), "link_invalid");
  EXPECT_EQ(TryBy(meeting, invite), "ok");
  EXPECT_TRUE(meeting.NewClient().Resume(back.resume_token()));
}

TEST(InvitationTest, WhoWaitsInTheLobbyGoesOnWaiting) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  ASSERT_TRUE(host.Ask("lobby.set", R"({"on":true})"));
  Client& ada = meeting.NewClient();
  ASSERT_TRUE(ada.Join(meeting.room_name, meeting.invite, "Ada"));
  ASSERT_TRUE(host.Ask("lobby.renew"));
  ada.Lose();
  Client& back = meeting.NewClient();
  ASSERT_TRUE(back.Resume(ada.resume_token()));
  ASSERT_TRUE(host.Ask("lobby.admit"));
  EXPECT_TRUE(back.attached());
}

TEST(InvitationTest, HostsAreToldTheNewOneAndOthersOnlyThatTheirsIsVoid) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  EXPECT_TRUE(SettingsOf(host).contains(Links(meeting)));
  Client& cohost = meeting.Joined("Cohost", "cohost");
  Client& ada = meeting.NewClient();
  ASSERT_TRUE(ada.Join(meeting.room_name, meeting.invite, "Ada"));
  EXPECT_FALSE(SettingsOf(ada).contains("invite"));
  ASSERT_TRUE(cohost.Ask("lobby.renew", "{}"));
  const std::vector told{"{" + Links(meeting) + "}"};
  EXPECT_EQ(host.Take("lobby.invitation"), told);
  EXPECT_EQ(cohost.Take("lobby.invitation"), told);
  EXPECT_EQ(ada.Take("lobby.invitation"), std::vector<std::string>{"{}"});
  ASSERT_TRUE(host.Ask("role", R"({"participant":")" + ada.id() + R"(","role":"cohost"})"));
  EXPECT_EQ(ada.Take("lobby.invitation"), told) << "a host now";
  meeting.ExpectAgreement();
}

TEST(InvitationTest, IsForThoseWhoManageTheLobby) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  for (const char* role : {"panelist", "attendee"}) {
    EXPECT_EQ(meeting.Joined(role, role).Refusal("lobby.renew"), "forbidden");
  }
  EXPECT_EQ(host.Refusal("lobby.renew", R"({"stage":1})"), "bad_request");
  EXPECT_EQ(host.Refusal("lobby.renew", R"({"stage":true})"), "bad_request");
  EXPECT_STREQ(host.error()["field"].GetString(), "stage");
  EXPECT_TRUE(host.Take("lobby.invitation").empty());
  EXPECT_EQ(TryBy(meeting, meeting.invite), "ok") << "what is refused changes nothing";
}

TEST(InvitationTest, OfAWebinarEachLinkIsRenewedByItself) {
  Meeting meeting({}, 2, {.webinar = true});
  Client& host = meeting.Joined("Host", "host");
  Client& speaker = meeting.NewClient();
  ASSERT_TRUE(speaker.Join(meeting.room_name, meeting.stage_invite, "Speaker"));
  ASSERT_TRUE(host.Ask("lobby.renew"));
  EXPECT_TRUE(speaker.Take("lobby.invitation").empty()) << "not by this one";
  EXPECT_EQ(TryBy(meeting, meeting.invite), "link_invalid");
  EXPECT_EQ(TryBy(meeting, meeting.stage_invite), "ok");
  ASSERT_TRUE(host.Ask("lobby.renew", R"({"stage":true})"));
  EXPECT_EQ(speaker.Take("lobby.invitation"), std::vector<std::string>{"{}"});
  EXPECT_EQ(TryBy(meeting, meeting.stage_invite), "link_invalid");
  EXPECT_EQ(host.Take("lobby.invitation").back(), "{" + Links(meeting) + "}");
}

}  // namespace
}  // namespace parley::test
