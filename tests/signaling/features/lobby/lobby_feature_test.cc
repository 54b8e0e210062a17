// Knocking, waiting and being let in, as clients see it.

#include "signaling/features/lobby/lobby_feature.h"

#include <gtest/gtest.h>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

class LobbyFeatureTest : public testing::Test {
 protected:
  LobbyFeatureTest() { EXPECT_TRUE(host.Ask("lobby.set", R"({"on":true})")); }

  // By the invitation; the id under which the host sees the knock.
  std::string Knock(Client& client, const std::string& name) {
    host.Take("lobby.knock");
    EXPECT_TRUE(client.Join(meeting.room_name, meeting.invite, name)) << Text(client.error());
    const auto knocks = host.Take("lobby.knock");
    if (knocks.size() != 1) return "";
    rapidjson::Document knock;
    knock.Parse(knocks[0]);
    EXPECT_EQ(knock["waiting"]["name"].GetString(), name);
    return knock["waiting"]["id"].GetString();
  }
  static std::string Waiting(const std::string& id, const std::string& more = {}) {
    return R"({"waiting":)" + Quote(id) + more + "}";
  }
  int64_t PlaceOf(const Client& client) {
    return client.last_result()["data"]["waiting"]["place"].GetInt64();
  }

  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
};

TEST_F(LobbyFeatureTest, WhoeverIsInvitedWaitsAndLearnsNothing) {
  Client& ada = meeting.NewClient();
  const std::string id = Knock(ada, "Ada");
  EXPECT_FALSE(ada.attached());
  EXPECT_EQ(PlaceOf(ada), 1);
  EXPECT_STREQ(ada.last_result()["data"]["waiting"]["title"].GetString(), "Weekly");
  EXPECT_EQ(meeting.room().participant_count(), 1u);
  ASSERT_TRUE(host.Ask("chat", R"({"text":"among us"})"));
  EXPECT_TRUE(ada.Take("chat").empty());
  EXPECT_TRUE(ada.Take("participant_changed").empty());
  EXPECT_EQ(ada.Refusal("chat", R"({"text":"hello"})"), "not_joined");
  EXPECT_EQ(ada.Refusal("ping"), "ok");
  EXPECT_FALSE(ada.Join(meeting.room_name, meeting.invite, "Ada"));
  EXPECT_STREQ(ada.error()["code"].GetString(), "already_joined");
  EXPECT_EQ(meeting.media->Find(TransportId(2)).first, -1) << "the workers know nothing of them";
  meeting.ExpectAgreement();
}

TEST_F(LobbyFeatureTest, AHostLetsOneInWithTheOfferOfTheKnock) {
  Client& ada = meeting.NewClient();
  const std::string id = Knock(ada, "Ada");
  ASSERT_TRUE(host.Ask("lobby.admit", Waiting(id)));
  EXPECT_TRUE(ada.attached());
  EXPECT_EQ(ada.id(), id);
  const auto admitted = ada.Take("lobby.admitted");
  ASSERT_EQ(admitted.size(), 1u);
  EXPECT_TRUE(admitted[0].contains(R"("answer":"v=0)"));
  EXPECT_NE(ada.transport(), TransportId());
  EXPECT_EQ(host.Take("lobby.gone"),
            (std::vector{R"({"waiting":")" + id + R"(","reason":"admitted"})"}));
  EXPECT_EQ(host.Take("participant_joined").size(), 1u);
  EXPECT_EQ(ada.Refusal("chat", R"({"text":"hello"})"), "ok");
  EXPECT_EQ(host.Refusal("lobby.admit", Waiting(id)), "participant_not_found");
  // The token is that of a member now.
  ada.Lose();
  Client& again = meeting.NewClient();
  ASSERT_TRUE(again.Resume(ada.resume_token()));
  EXPECT_EQ(again.id(), id);
  meeting.ExpectAgreement();
}

TEST_F(LobbyFeatureTest, TheQueueIsInTheServersOrderAndPlacesMoveUp) {
  Client& ada = meeting.NewClient();
  Client& bob = meeting.NewClient();
  Client& eve = meeting.NewClient();
  const std::string first = Knock(ada, "Ada");
  Knock(bob, "Bob");
  Knock(eve, "Eve");
  EXPECT_EQ(PlaceOf(eve), 3);
  ASSERT_TRUE(host.Ask("lobby.admit", Waiting(first)));
  meeting.Pass(Duration::Seconds(1));
  EXPECT_EQ(bob.Take("lobby.place"), std::vector<std::string>{R"({"place":1})"});
  EXPECT_EQ(eve.Take("lobby.place"), std::vector<std::string>{R"({"place":2})"});
  const auto* all = host.Ask("lobby.admit");
  ASSERT_TRUE(all);
  EXPECT_EQ((*all)["admitted"].GetInt(), 2);
  EXPECT_TRUE(bob.attached() && eve.attached());
  meeting.ExpectAgreement();
}

TEST_F(LobbyFeatureTest, WhoeverIsTurnedAwayIsToldInTheHostsWords) {
  Client& ada = meeting.NewClient();
  const std::string id = Knock(ada, "Ada");
  EXPECT_EQ(
      host.Refusal("lobby.deny", Waiting(id, R"(,"message":")" + std::string(201, 'x') + "\"")),
      "too_large");
  ASSERT_TRUE(host.Ask("lobby.deny", Waiting(id, R"(,"message":"Tomorrow, please.")")));
  EXPECT_EQ(ada.Take("lobby.denied"),
            std::vector<std::string>{R"({"message":"Tomorrow, please."})"});
  EXPECT_EQ(ada.close_code(), CloseCode::kDenied);
  Client& again = meeting.NewClient();
  EXPECT_FALSE(again.Resume(ada.resume_token()));
  EXPECT_STREQ(again.error()["code"].GetString(), "resume_expired");
}

TEST_F(LobbyFeatureTest, BearersOfTokensDoNotWait) {
  EXPECT_TRUE(meeting.Joined("Panelist", "panelist").attached());
  EXPECT_TRUE(host.Take("lobby.knock").empty());
}

TEST_F(LobbyFeatureTest, WithoutTheRuleBearersOfTokensWaitAsWellButHostsNever) {
  ASSERT_TRUE(host.Ask("lobby.set", R"({"admits":{"tokens":false}})"));
  EXPECT_EQ(host.Take("lobby.settings").back(),
            R"({"on":true,"locked":false,"admits":{"tokens":false,"returning":true,)"
            R"("callers":false},"passcode":false})");
  Client& bob = meeting.NewClient();
  ASSERT_TRUE(bob.Join(meeting.room_name, "panelist#bob", "Bob"));
  EXPECT_FALSE(bob.attached());
  EXPECT_TRUE(meeting.Joined("Cohost", "cohost").attached());
  EXPECT_TRUE(meeting.Joined("Host 2", "host").attached());
  ASSERT_TRUE(host.Ask("lobby.admit"));
  ASSERT_TRUE(bob.Ask("leave"));
  Client& again = meeting.NewClient();
  ASSERT_TRUE(again.Join(meeting.room_name, "panelist#bob", "Bob"));
  EXPECT_TRUE(again.attached()) << "was let in before";
  const auto sent = meeting.whip->Create(
      ParticipantKind::kWhip, meeting.room_name, "panelist#obs", MakeOffer(OfferShape()),
      *SocketAddress::Parse("198.51.100.99", 5000), meeting.now());
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::kForbidden) << "it cannot wait";
}

TEST_F(LobbyFeatureTest, WithoutTheRuleWhoeverWasLetInWaitsAgain) {
  ASSERT_TRUE(host.Ask("lobby.set", R"({"admits":{"returning":false}})"));
  for (int i = 0; i < 2; ++i) {
    Client& ada = meeting.NewClient();
    ada.set_instance("one");
    ASSERT_TRUE(ada.Join(meeting.room_name, meeting.invite, "Ada"));
    EXPECT_FALSE(ada.attached());
    ASSERT_TRUE(host.Ask("lobby.admit"));
    ASSERT_TRUE(ada.Ask("leave"));
  }
}

TEST_F(LobbyFeatureTest, RulesAreKeptWithTheRoomAndChangedOneByOne) {
  ASSERT_TRUE(host.Ask("lobby.set", R"({"admits":{"callers":true}})"));
  ASSERT_TRUE(host.Ask("lobby.set", R"({"on":false,"admits":{"tokens":false}})"));
  host.Take("lobby.settings");
  ASSERT_TRUE(host.Ask("lobby.set", R"({"on":false})"));
  EXPECT_TRUE(host.Take("lobby.settings").empty()) << "nothing changed";
  EXPECT_EQ(host.Refusal("lobby.set", R"({"admits":{"tokens":"no"}})"), "bad_request");
  EXPECT_STREQ(host.error()["field"].GetString(), "admits.tokens");
  EXPECT_EQ(host.Refusal("lobby.set", R"({"admits":true})"), "bad_request");
  meeting.RestartServer();
  EXPECT_FALSE(meeting.room().record().lobby);
  EXPECT_EQ(meeting.room().record().lobby_admits,
            (LobbyRules{.tokens = false, .returning = true, .callers = true}));
}

TEST_F(LobbyFeatureTest, WhoeverWasLetInOnceDoesNotWaitAgainUnlessRemoved) {
  const auto come = [&]() -> Client& {
    Client& client = meeting.NewClient();
    client.set_instance("one");
    EXPECT_TRUE(client.Join(meeting.room_name, meeting.invite, "Ada"));
    return client;
  };
  Client& ada = come();
  EXPECT_FALSE(ada.attached());
  ASSERT_TRUE(host.Ask("lobby.admit"));
  ASSERT_TRUE(ada.Ask("leave"));
  EXPECT_TRUE(come().attached());
  meeting.RestartServer();
  Client& host_again = meeting.NewClient();
  ASSERT_TRUE(host_again.Resume(host.resume_token()));
  Client& back = come();
  EXPECT_TRUE(back.attached()) << "over a restart too";
  ASSERT_TRUE(host_again.Ask("remove", R"({"participant":)" + Quote(back.id()) + "}"));
  EXPECT_FALSE(come().attached());
  Client& stranger = meeting.NewClient();
  stranger.set_instance("two");
  ASSERT_TRUE(stranger.Join(meeting.room_name, meeting.invite, "Eve"));
  EXPECT_FALSE(stranger.attached());
  ASSERT_TRUE(host_again.Ask("lobby.admit"));
  ASSERT_TRUE(host_again.Ask("end"));
  EXPECT_TRUE(meeting.store.RowsOf("lobby").empty());
}

TEST_F(LobbyFeatureTest, ALostSocketKeepsItsPlaceForAWhile) {
  Client& ada = meeting.NewClient();
  Client& bob = meeting.NewClient();
  const std::string first = Knock(ada, "Ada");
  const std::string second = Knock(bob, "Bob");
  ada.Lose();
  meeting.Pass(Duration::Seconds(30));
  Client& again = meeting.NewClient();
  ASSERT_TRUE(again.Resume(ada.resume_token()));
  EXPECT_EQ(PlaceOf(again), 1);
  bob.Lose();
  meeting.Pass(Duration::Seconds(61));
  EXPECT_EQ(host.Take("lobby.gone"),
            (std::vector{R"({"waiting":")" + second + R"(","reason":"lost"})"}));
  // Let in while the socket is lost: a member who may resume.
  again.Lose();
  ASSERT_TRUE(host.Ask("lobby.admit", Waiting(first)));
  Client& third = meeting.NewClient();
  ASSERT_TRUE(third.Resume(again.resume_token()));
  EXPECT_EQ(third.id(), first);
  meeting.ExpectAgreement();
}

TEST_F(LobbyFeatureTest, WhoeverWaitsMayLeave) {
  Client& ada = meeting.NewClient();
  const std::string id = Knock(ada, "Ada");
  ASSERT_TRUE(ada.Ask("leave"));
  EXPECT_EQ(ada.close_code(), CloseCode::kLeft);
  EXPECT_EQ(host.Take("lobby.gone"),
            (std::vector{R"({"waiting":")" + id + R"(","reason":"left"})"}));
}

TEST_F(LobbyFeatureTest, ARestartLetsNobodyPastTheLobby) {
  Client& ada = meeting.NewClient();
  Knock(ada, "Ada");
  meeting.RestartServer();
  Client& again = meeting.NewClient();
  ASSERT_TRUE(again.Resume(ada.resume_token(), OfferShape()));
  EXPECT_FALSE(again.attached());
  EXPECT_EQ(PlaceOf(again), 1);
  Client& host_again = meeting.NewClient();
  ASSERT_TRUE(host_again.Resume(host.resume_token()));
  const auto& lobby = host_again.last_result()["data"]["room"]["features"]["lobby"];
  EXPECT_TRUE(lobby["on"].GetBool()) << "kept with the room";
  EXPECT_EQ(lobby["queue"].Size(), 1u);
}

TEST_F(LobbyFeatureTest, ARestartKeepsThePlaces) {
  std::vector<std::string> ids;
  std::vector<std::string> tokens;
  for (const char* name : {"Ada", "Bob", "Cy", "Dan"}) {
    Client& client = meeting.NewClient();
    ids.push_back(Knock(client, name));
    tokens.push_back(client.resume_token());
  }
  ASSERT_TRUE(host.Ask("lobby.deny", Waiting(ids[1])));
  meeting.RestartServer();
  // The last is back first, with a page that was not loaded again; then somebody new.
  Client& dan = meeting.NewClient();
  ASSERT_TRUE(dan.Resume(tokens[3]));
  EXPECT_EQ(PlaceOf(dan), 3);
  Client& eve = meeting.NewClient();
  ASSERT_TRUE(eve.Join(meeting.room_name, meeting.invite, "Eve"));
  EXPECT_EQ(PlaceOf(eve), 4);
  Client& host_again = meeting.NewClient();
  ASSERT_TRUE(host_again.Resume(host.resume_token()));
  const auto& queue = host_again.last_result()["data"]["room"]["features"]["lobby"]["queue"];
  ASSERT_EQ(queue.Size(), 4u);
  EXPECT_EQ(queue[0]["id"].GetString(), ids[0]);
  EXPECT_STREQ(queue[0]["name"].GetString(), "Ada");
  EXPECT_EQ(queue[0]["since"].GetInt64(), 1'700'000'000'000);
  EXPECT_EQ(queue[1]["id"].GetString(), ids[2]);
  EXPECT_EQ(queue[2]["id"].GetString(), ids[3]);
  EXPECT_TRUE(host_again.Take("lobby.knock").empty()) << "nothing is told twice";
  Client& ada = meeting.NewClient();
  ASSERT_TRUE(ada.Resume(tokens[0], OfferShape()));
  EXPECT_EQ(PlaceOf(ada), 1);
  ASSERT_TRUE(host_again.Ask("lobby.admit", Waiting(ids[0])));
  EXPECT_TRUE(ada.Take("lobby.admitted").at(0).contains(R"("answer":"v=0)"));
  EXPECT_NE(ada.transport(), TransportId());
  // Cy is let in while away, and comes back a member.
  ASSERT_TRUE(host_again.Ask("lobby.admit", Waiting(ids[2])));
  Client& cy = meeting.NewClient();
  ASSERT_TRUE(cy.Resume(tokens[2], OfferShape()));
  EXPECT_EQ(cy.id(), ids[2]);
  EXPECT_NE(cy.transport(), TransportId());
  // What Dan's page offered before the restart is of no use any more.
  ASSERT_TRUE(host_again.Ask("lobby.admit", Waiting(ids[3])));
  EXPECT_FALSE(dan.Take("lobby.admitted").at(0).contains("answer"));
  EXPECT_EQ(dan.Refusal("offer", R"({"fresh":true,"sdp":)" + Quote(MakeOffer(OfferShape())) + "}"),
            "ok");
  meeting.ExpectAgreement();
}

TEST_F(LobbyFeatureTest, WhoeverIsNotBackSoonAfterARestartIsGone) {
  Client& ada = meeting.NewClient();
  const std::string id = Knock(ada, "Ada");
  meeting.RestartServer();
  Client& host_again = meeting.NewClient();
  ASSERT_TRUE(host_again.Resume(host.resume_token()));
  meeting.Pass(Duration::Seconds(59));
  EXPECT_TRUE(host_again.Take("lobby.gone").empty());
  meeting.Pass(Duration::Seconds(2));
  EXPECT_EQ(host_again.Take("lobby.gone"),
            (std::vector{R"({"waiting":")" + id + R"(","reason":"lost"})"}));
  EXPECT_TRUE(meeting.store.RowsOf("lobby").empty());
  Client& again = meeting.NewClient();
  ASSERT_TRUE(again.Resume(ada.resume_token()));
  EXPECT_EQ(PlaceOf(again), 1) << "as if they came anew";
}

TEST_F(LobbyFeatureTest, NothingIsKeptOfThoseWhoWaitNoMore) {
  Client& ada = meeting.NewClient();
  Client& bob = meeting.NewClient();
  Client& cy = meeting.NewClient();
  const std::string first = Knock(ada, "Ada");
  Knock(bob, "Bob");
  Knock(cy, "Cy");
  EXPECT_EQ(meeting.store.RowsOf("lobby").size(), 3u);
  ASSERT_TRUE(host.Ask("lobby.admit", Waiting(first)));
  ASSERT_TRUE(bob.Ask("leave"));
  EXPECT_EQ(meeting.store.RowsOf("lobby").size(), 1u);
  ASSERT_TRUE(host.Ask("end"));
  EXPECT_TRUE(meeting.store.RowsOf("lobby").empty());
}

TEST_F(LobbyFeatureTest, RowsOfAnotherVersionArePassedOver) {
  meeting.store.SaveRow({.room = meeting.room_name,
                         .feature = "lobby",
                         .key = "knock:00000000000000000001",
                         .meeting = meeting.room().record().meeting,
                         .value = R"({"id":"p1"})"});
  meeting.store.SaveRow({.room = meeting.room_name,
                         .feature = "lobby",
                         .key = "knock:x",
                         .meeting = meeting.room().record().meeting,
                         .value = "nothing"});
  meeting.RestartServer();
  EXPECT_TRUE(meeting.room().lobby().queue().empty());
}

TEST_F(LobbyFeatureTest, OnlyHostsSeeTheQueue) {
  Client& ada = meeting.NewClient();
  const std::string id = Knock(ada, "Ada");
  Client& bob = meeting.Joined("Bob");
  EXPECT_FALSE(bob.last_result()["data"]["room"]["features"]["lobby"].HasMember("queue"));
  EXPECT_EQ(bob.Refusal("lobby.admit", Waiting(id)), "forbidden");
  ASSERT_TRUE(host.Ask("role", R"({"role":"cohost","participant":)" + Quote(bob.id()) + "}"));
  EXPECT_EQ(bob.Take("lobby.knock").size(), 1u) << "told with the role";
  EXPECT_EQ(bob.Refusal("lobby.admit", Waiting(id)), "ok");
}

TEST_F(LobbyFeatureTest, ALockedRoomTakesHostsAndThoseWhoWereInOnly) {
  Client& bob = meeting.Joined("Bob");
  ASSERT_TRUE(host.Ask("lobby.lock", R"({"locked":true})"));
  EXPECT_EQ(bob.Take("lobby.settings").size(), 1u);
  Client& ada = meeting.NewClient();
  EXPECT_FALSE(ada.Join(meeting.room_name, meeting.invite, "Ada"));
  EXPECT_STREQ(ada.error()["code"].GetString(), "room_locked");
  EXPECT_FALSE(ada.Join(meeting.room_name, "panelist", "Ada"));
  EXPECT_TRUE(meeting.Joined("Host 2", "host").attached());
  meeting.RestartServer();
  EXPECT_FALSE(meeting.NewClient().Join(meeting.room_name, "panelist", "Ada"));
  Client& again = meeting.NewClient();
  ASSERT_TRUE(again.Resume(bob.resume_token()));
  ASSERT_TRUE(again.Ask("leave"));
  EXPECT_TRUE(meeting.Joined("Ada").attached()) << "open again with the next meeting";
}

TEST_F(LobbyFeatureTest, TheEndIsTheEndForThoseWhoWaitToo) {
  Client& ada = meeting.NewClient();
  Knock(ada, "Ada");
  ASSERT_TRUE(host.Ask("end"));
  EXPECT_EQ(ada.Take("ended").size(), 1u);
  EXPECT_EQ(ada.close_code(), CloseCode::kEnded);
}

TEST_F(LobbyFeatureTest, TheLobbyIsBounded) {
  Limits limits;
  limits.participants_per_room = 2;
  Meeting small(limits);
  Client& first = small.Joined("Host", "host");
  ASSERT_TRUE(first.Ask("lobby.set", R"({"on":true})"));
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(small.NewClient().Join(small.room_name, small.invite, "Ada"));
  }
  Client& third = small.NewClient();
  EXPECT_FALSE(third.Join(small.room_name, small.invite, "Eve"));
  EXPECT_STREQ(third.error()["code"].GetString(), "room_full");
  const auto* all = first.Ask("lobby.admit");
  ASSERT_TRUE(all);
  EXPECT_EQ((*all)["admitted"].GetInt(), 1) << "as many as have space";
  EXPECT_EQ(first.Refusal("lobby.admit"), "room_full");
}

}  // namespace
}  // namespace parley::test
