// A webinar's practice and its beginning, as clients see them.

#include "signaling/features/live/live_feature.h"

#include <gtest/gtest.h>

#include "signaling/room/event_port.h"
#include "tests/signaling/session/meeting.h"
#include "tests/signaling/session/noted_recording.h"

namespace parley::test {
namespace {

class LiveFeatureTest : public testing::Test {
 protected:
  // By the invitation.
  Client& Attendee(const std::string& name) {
    Client& client = meeting.NewClient();
    EXPECT_TRUE(client.Join(meeting.room_name, meeting.invite, name)) << Text(client.error());
    return client;
  }
  static std::string Waiting(const Client& client) {
    return Text(client.last_result()["data"]["waiting"]);
  }
  static std::string Live(const Client& newcomer) {
    return Text(newcomer.last_result()["data"]["room"]["features"]["live"]);
  }

  Meeting meeting{{}, 2, {.webinar = true}};
  Client& host = meeting.Joined("Host", "host");
};

TEST_F(LiveFeatureTest, BeforeGoingLiveAttendeesWaitAndLearnNothing) {
  EXPECT_EQ(Live(host), R"({"live":false,"waiting":0})");
  Client& ada = Attendee("Ada");
  EXPECT_FALSE(ada.attached());
  EXPECT_EQ(Waiting(ada), R"({"title":"Weekly","until":"live"})");
  EXPECT_FALSE(meeting.NewClient().Join(meeting.room_name, "nobody's", "Eve"));
  Client& token = meeting.NewClient();
  ASSERT_TRUE(token.Join(meeting.room_name, "attendee", "Ben"));
  EXPECT_FALSE(token.attached()) << "whoever comes to watch, by whatever way";
  EXPECT_EQ(meeting.room().participant_count(), 1u);
  EXPECT_EQ(meeting.media->Find(TransportId(2)).first, -1) << "the workers know nothing of them";
  ASSERT_TRUE(host.Ask("chat", R"({"text":"among us"})"));
  meeting.Pass(Duration::Seconds(2));
  EXPECT_TRUE(ada.Take("chat").empty());
  EXPECT_TRUE(ada.Take("lobby.place").empty());
  EXPECT_TRUE(host.Take("lobby.knock").empty()) << "a host is told how many wait, not who";
  EXPECT_EQ(host.Take("live.waiting"), std::vector<std::string>{R"({"count":2})"});
  EXPECT_EQ(ada.Refusal("chat", R"({"text":"hello"})"), "not_joined");
  meeting.ExpectAgreement();
}

TEST_F(LiveFeatureTest, ThoseOnStageMeetBeforehandByTheirOwnLink) {
  Client& bob = meeting.NewClient();
  ASSERT_TRUE(bob.Join(meeting.room_name, meeting.stage_invite, "Bob"));
  EXPECT_TRUE(bob.attached());
  EXPECT_TRUE(bob.has_source("camera"));
  EXPECT_TRUE(meeting.Joined("Cora", "cohost").attached());
  EXPECT_EQ(host.Refusal("role", R"({"role":"attendee","participant":)" + Quote(bob.id()) + "}"),
            "bad_request")
      << "an attendee would see what is practised";
}

TEST_F(LiveFeatureTest, GoingLiveLetsAllInAtOnce) {
  Client& ada = Attendee("Ada");
  Client& ben = Attendee("Ben");
  ASSERT_TRUE(host.Ask("live.go"));
  EXPECT_TRUE(ada.attached() && ben.attached());
  EXPECT_TRUE(ada.is_attendee());
  const auto admitted = ada.Take("lobby.admitted");
  ASSERT_EQ(admitted.size(), 1u);
  EXPECT_TRUE(admitted[0].contains(R"("answer":"v=0)"));
  EXPECT_NE(ada.transport(), TransportId());
  EXPECT_EQ(host.Take("live.began"), std::vector<std::string>{"{}"});
  meeting.Pass(Duration::Seconds(2));
  EXPECT_EQ(host.Take("audience").back(), R"({"count":2})");
  Client& late = Attendee("Late");
  EXPECT_TRUE(late.attached()) << "whoever comes now does not wait";
  EXPECT_EQ(Live(late), R"({"live":true,"waiting":0})");
  ASSERT_TRUE(host.Ask("live.go"));
  EXPECT_TRUE(host.Take("live.began").empty()) << "once";
  ASSERT_TRUE(host.Ask("role", R"({"role":"panelist","participant":)" + Quote(ada.id()) + "}"));
  ASSERT_TRUE(ada.Ask("publish", R"({"source":"microphone","on":true})"));
  meeting.ExpectAgreement();
}

TEST_F(LiveFeatureTest, OnlyHostsGoLiveAndOnlyWebinars) {
  Client& bob = meeting.Joined("Bob");
  EXPECT_EQ(bob.Refusal("live.go"), "forbidden");
  Client& cora = meeting.Joined("Cora", "cohost");
  EXPECT_EQ(cora.Refusal("live.go"), "ok");
  Meeting ordinary;
  Client& other = ordinary.Joined("Host", "host");
  EXPECT_FALSE(other.last_result()["data"]["room"]["features"].HasMember("live"));
  EXPECT_EQ(other.Refusal("live.go"), "bad_request");
}

TEST_F(LiveFeatureTest, PracticeAndLiveOutliveTheServer) {
  Client& ada = Attendee("Ada");
  meeting.RestartServer();
  Client& ada_again = meeting.NewClient();
  ASSERT_TRUE(ada_again.Resume(ada.resume_token(), OfferShape()));
  EXPECT_FALSE(ada_again.attached());
  EXPECT_EQ(Waiting(ada_again), R"({"title":"Weekly","until":"live"})");
  Client& host_again = meeting.NewClient();
  ASSERT_TRUE(host_again.Resume(host.resume_token()));
  EXPECT_EQ(Live(host_again), R"({"live":false,"waiting":1})");
  ASSERT_TRUE(host_again.Ask("live.go"));
  EXPECT_TRUE(ada_again.attached());
  meeting.RestartServer();
  Client& ada_third = meeting.NewClient();
  ASSERT_TRUE(ada_third.Resume(ada_again.resume_token()));
  EXPECT_TRUE(ada_third.attached()) << "it is live still";
  EXPECT_EQ(Live(ada_third), R"({"live":true,"waiting":0})");
}

TEST_F(LiveFeatureTest, TheNextMeetingBeginsWithPractice) {
  ASSERT_TRUE(host.Ask("live.go"));
  ASSERT_TRUE(host.Ask("end"));
  EXPECT_TRUE(meeting.store.RowsOf("live").empty());
  Client& again = meeting.Joined("Host", "host");
  EXPECT_EQ(Live(again), R"({"live":false,"waiting":0})");
  EXPECT_FALSE(Attendee("Ada").attached());
}

TEST_F(LiveFeatureTest, AnOldTokenDoesNotLeadIntoTheNextPractice) {
  ASSERT_TRUE(host.Ask("live.go"));
  Client& ada = Attendee("Ada");
  ASSERT_TRUE(host.Ask("leave"));
  ASSERT_TRUE(ada.Ask("leave"));
  meeting.RestartServer();
  meeting.Joined("Host", "host");
  Client& again = meeting.NewClient();
  EXPECT_EQ(again.Refusal("resume", R"({"resume":)" + Quote(ada.resume_token()) + "}"),
            "resume_expired");
}

TEST_F(LiveFeatureTest, WhoeverWaitsMayLeaveComeBackAndIsToldOfTheEnd) {
  Client& ada = Attendee("Ada");
  Client& ben = Attendee("Ben");
  ASSERT_TRUE(ada.Ask("leave"));
  EXPECT_EQ(ada.close_code(), CloseCode::kLeft);
  ben.Lose();
  meeting.Pass(Duration::Seconds(30));
  Client& again = meeting.NewClient();
  ASSERT_TRUE(again.Resume(ben.resume_token()));
  EXPECT_EQ(meeting.room().foyer().queue().size(), 1u);
  again.Lose();
  meeting.Pass(Duration::Seconds(61));
  EXPECT_TRUE(meeting.room().foyer().queue().empty());
  Client& eve = Attendee("Eve");
  ASSERT_TRUE(host.Ask("end"));
  EXPECT_EQ(eve.Take("ended").size(), 1u);
  EXPECT_EQ(eve.close_code(), CloseCode::kEnded);
}

TEST_F(LiveFeatureTest, WithALobbyTheInvitedKnockWhenItGoesLive) {
  ASSERT_TRUE(host.Ask("lobby.set", R"({"on":true})"));
  Client& ada = Attendee("Ada");
  Client& token = meeting.NewClient();
  ASSERT_TRUE(token.Join(meeting.room_name, "attendee", "Ben"));
  EXPECT_TRUE(host.Take("lobby.knock").empty());
  ASSERT_TRUE(host.Ask("live.go"));
  EXPECT_TRUE(token.attached());
  EXPECT_FALSE(ada.attached());
  EXPECT_EQ(ada.Take("lobby.place"), std::vector<std::string>{R"({"place":1})"});
  EXPECT_EQ(host.Take("lobby.knock").size(), 1u);
  ASSERT_TRUE(host.Ask("lobby.admit"));
  EXPECT_TRUE(ada.attached());
  meeting.ExpectAgreement();
}

TEST_F(LiveFeatureTest, ALockKeepsOutWhoComesAfterIt) {
  ASSERT_TRUE(host.Ask("lobby.lock", R"({"locked":true})"));
  Client& ada = meeting.NewClient();
  EXPECT_FALSE(ada.Join(meeting.room_name, meeting.invite, "Ada"));
  EXPECT_STREQ(ada.error()["code"].GetString(), "room_locked");
}

TEST(LiveFeatureLimitsTest, AsManyComeInAsHaveSpaceAndTheOthersAfterThem) {
  Limits limits;
  limits.participants_per_room = 2;
  Meeting small(limits, 2, {.webinar = true});
  Client& host = small.Joined("Host", "host");
  Client& ada = small.NewClient();
  Client& ben = small.NewClient();
  ASSERT_TRUE(ada.Join(small.room_name, small.invite, "Ada"));
  ASSERT_TRUE(ben.Join(small.room_name, small.invite, "Ben"));
  Client& eve = small.NewClient();
  EXPECT_FALSE(eve.Join(small.room_name, small.invite, "Eve"));
  EXPECT_STREQ(eve.error()["code"].GetString(), "room_full");
  ASSERT_TRUE(host.Ask("live.go"));
  EXPECT_TRUE(ada.attached());
  EXPECT_FALSE(ben.attached());
  ASSERT_TRUE(ada.Ask("leave"));
  small.Pass(Duration::Seconds(1));
  EXPECT_TRUE(ben.attached());
}

TEST_F(LiveFeatureTest, ARecordingThatBeginsByItselfBeginsWhenItGoesLive) {
  NotedRecording recording;
  meeting.rooms->SetRecording(&recording);
  ASSERT_TRUE(host.Ask("live.go"));
  EXPECT_EQ(recording.live, std::vector<std::string>{meeting.room_name});
}

TEST_F(LiveFeatureTest, NobodyWatchesThePracticeByWhep) {
  const auto watch = [&] {
    return meeting.whip->Create(ParticipantKind::kWhep, meeting.room_name, "attendee",
                                MakeOffer(OfferShape()), *SocketAddress::Parse("192.0.2.1", 5000),
                                meeting.now());
  };
  const auto refused = watch();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kForbidden);
  ASSERT_TRUE(host.Ask("live.go"));
  EXPECT_TRUE(watch());
}

}  // namespace
}  // namespace parley::test
