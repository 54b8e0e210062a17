// Coming back: a lost socket, a reload, a second socket, a restart of the server.

#include <gtest/gtest.h>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

std::string CodeOf(const Client& client) { return client.error()["code"].GetString(); }

std::string TransportOf(const Client& client) {
  return client.last_result()["data"]["transport"].GetString();
}

bool ShownAsConnected(Meeting& meeting, const std::string& id) {
  return meeting.Truth().participants.at(id).find(R"("connected":true)") != std::string::npos;
}

TEST(ResumingTest, ALostSocketKeepsTheParticipantAndItsTransport) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada", "host");
  Client& bob = meeting.Joined("Bob");
  const TransportId transport = bob.transport();
  bob.Lose();
  EXPECT_FALSE(ShownAsConnected(meeting, bob.id()));
  EXPECT_EQ(ada.Take("participant_changed").size(), 1u);
  ada.Ask("chat", R"({"text":"where is Bob?"})");

  meeting.Pass(Duration::Seconds(59));
  Client& back = meeting.NewClient();
  ASSERT_TRUE(back.Resume(bob.resume_token()));
  EXPECT_EQ(back.id(), bob.id());
  EXPECT_EQ(TransportOf(back), "kept");
  EXPECT_EQ(back.transport(), transport);
  EXPECT_EQ(back.source("camera"), bob.source("camera"));
  EXPECT_EQ(back.last_result()["data"]["slots"].Size(), 7u);
  EXPECT_EQ(back.known().chat.size(), 1u);
  EXPECT_TRUE(ShownAsConnected(meeting, bob.id()));
  EXPECT_EQ(meeting.media->SentOf<CloseTransport>().size(), 0u);
  meeting.ExpectAgreement();

  meeting.Pass(Duration::Seconds(120));
  EXPECT_TRUE(meeting.room().Find(bob.id())) << "the old deadline is off";
}

TEST(ResumingTest, WhatNeedBeSentIsToldOnceAndAgainAfterALostSocket) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  const auto report = [&](uint8_t encodings) {
    meeting.Report(SourceDemand{.transport = ada.transport(),
                                .source = SourceId(ada.source("camera")),
                                .encodings = encodings});
  };
  report(1);
  report(1);
  EXPECT_EQ(ada.Take("demand"), (std::vector<std::string>{R"({"source":"camera","encodings":1})"}));
  const TransportId transport = ada.transport();
  ada.Lose();
  meeting.Report(SourceDemand{
      .transport = transport, .source = SourceId(ada.source("camera")), .encodings = 3});
  Client& back = meeting.NewClient();
  ASSERT_TRUE(back.Resume(ada.resume_token()));
  meeting.Pass(Duration::Seconds(1));
  EXPECT_EQ(back.Take("demand"),
            (std::vector<std::string>{R"({"source":"camera","encodings":3})"}));
}

TEST(ResumingTest, TheGraceEnds) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  bob.Lose();
  meeting.Pass(Duration::Seconds(61));
  EXPECT_EQ(ada.Take("participant_left"),
            (std::vector{R"({"participant":")" + bob.id() + R"(","reason":"lost"})"}));
  EXPECT_EQ(meeting.media->SentOf<CloseTransport>().size(), 1u);
  Client& back = meeting.NewClient();
  EXPECT_FALSE(back.Resume(bob.resume_token()));
  EXPECT_EQ(CodeOf(back), "resume_expired");
  meeting.ExpectAgreement();
}

TEST(ResumingTest, AReloadBringsAFreshPeerConnectionWithTheSameSources) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  const TransportId old = bob.transport();
  const auto [worker, unused] = meeting.media->Find(old);
  ASSERT_EQ(ada.shown().size(), 1u);
  bob.Lose();
  Client& back = meeting.NewClient();
  ASSERT_TRUE(back.Resume(bob.resume_token(), OfferShape{.ufrag = "new1"}));
  EXPECT_EQ(TransportOf(back), "new");
  EXPECT_TRUE(back.last_result()["data"].HasMember("answer"));
  EXPECT_NE(back.transport(), old);
  EXPECT_EQ(meeting.media->Find(back.transport()).first, worker) << "stays where it was";
  EXPECT_EQ(meeting.media->Find(old).second, nullptr);
  EXPECT_EQ(back.source("camera"), bob.source("camera"));

  const SourceId camera(bob.source("camera"));
  EXPECT_TRUE(meeting.media->worker(worker).sources.at(camera).enabled);
  EXPECT_EQ(meeting.media->worker(worker).sources.at(camera).transport, back.transport());
  EXPECT_EQ(ada.shown().begin()->second, camera.value()) << "Ada sees Bob again";
  const auto [at, adas] = meeting.media->Find(ada.transport());
  EXPECT_EQ(adas->slots.at(static_cast<uint8_t>(ada.shown().begin()->first)).source, camera);
  EXPECT_EQ(ada.slot_state(camera.value()), "waiting") << "until the new stream has begun";
  meeting.ExpectAgreement();
}

TEST(ResumingTest, ASecondSocketTakesOver) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  Client& second = meeting.NewClient();
  ASSERT_TRUE(second.Resume(bob.resume_token()));
  EXPECT_EQ(bob.close_code(), CloseCode::kReplaced);
  EXPECT_FALSE(second.close_code());
  bob.Lose();
  meeting.Pass(Duration::Seconds(61));
  EXPECT_TRUE(meeting.room().Find(second.id())) << "the replaced socket's end is nobody's loss";
  EXPECT_EQ(ada.Take("participant_changed").size(), 0u) << "nothing changed for the others";
  second.Ask("chat", R"({"text":"still me"})");
  meeting.ExpectAgreement();
}

TEST(ResumingTest, AnOfferThatFailsLeavesTheEarlierSocketAlone) {
  Meeting meeting;
  Client& bob = meeting.Joined("Bob");
  Client& second = meeting.NewClient();
  EXPECT_EQ(second.Refusal("resume",
                           R"({"resume":)" + Quote(bob.resume_token()) + R"(,"offer":"nonsense"})"),
            "offer_invalid");
  EXPECT_FALSE(bob.close_code());
  EXPECT_TRUE(bob.Ask("chat", R"({"text":"here"})"));
  EXPECT_EQ(second.Refusal("chat", R"({"text":"me too"})"), "not_joined");
  meeting.ExpectAgreement();
}

TEST(ResumingTest, WhatIsOnMayBeSaidAgain) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  bob.Lose();
  Client& back = meeting.NewClient();
  ASSERT_TRUE(back.Resume(bob.resume_token(), std::nullopt, R"(["camera"])"));
  const auto* participant = meeting.room().Find(bob.id());
  EXPECT_FALSE(participant->source(SourceKind::kMicrophone).on);
  EXPECT_TRUE(participant->source(SourceKind::kCamera).on);
  EXPECT_EQ(ada.Take("participant_changed").size(), 3u) << "lost, muted, back";
  meeting.ExpectAgreement();
}

TEST(ResumingTest, ForgedAndForeignTokens) {
  Meeting meeting;
  Client& bob = meeting.Joined("Bob");
  Client& stranger = meeting.NewClient();
  const std::string& good = bob.resume_token();
  std::string changed = good;
  changed[5] = changed[5] == 'A' ? 'B' : 'A';
  const ResumeTokens others(ResumeTokens::Key{8}, 1, Duration::Seconds(3600));
  ResumeClaims claims;
  claims.participant = bob.id();
  claims.room = meeting.room_name;
  for (const std::string& token :
       {std::string(), std::string("x"), std::string("."), std::string("a.b"), changed, good + "A",
        good.substr(0, good.size() - 1), std::string(5000, 'a'),
        others.Make(claims, meeting.now().wall)}) {
    EXPECT_EQ(stranger.Refusal("resume", R"({"resume":)" + Quote(token) + "}"), "token_invalid")
        << token;
  }
  EXPECT_FALSE(bob.close_code());
}

TEST(ResumingTest, ARestartOfTheServerBringsBackWhoHasAToken) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada", "host");
  Client& bob = meeting.Joined("Bob");
  const std::string ada_id = ada.id();
  const std::string bob_id = bob.id();
  const std::string ada_token = ada.resume_token();
  ASSERT_TRUE(bob.Ask("rename", R"({"name":"Robert"})"));
  const std::string bob_token = bob.last_result()["data"]["resume"].GetString();
  meeting.RestartServer();
  EXPECT_EQ(meeting.room().participant_count(), 0u);

  Client& ada2 = meeting.NewClient();
  ASSERT_TRUE(ada2.Resume(ada_token, OfferShape()));
  EXPECT_EQ(ada2.id(), ada_id);
  EXPECT_STREQ(ada2.last_result()["data"]["role"].GetString(), "host");
  EXPECT_EQ(TransportOf(ada2), "new");
  Client& bob2 = meeting.NewClient();
  ASSERT_TRUE(bob2.Resume(bob_token));
  EXPECT_EQ(bob2.id(), bob_id);
  EXPECT_EQ(TransportOf(bob2), "none");
  EXPECT_NE(bob2.known().participants.at(bob_id).find("Robert"), std::string::npos);
  ASSERT_TRUE(bob2.Ask("offer", R"({"fresh":true,"sdp":)" + Quote(MakeOffer()) + "}"));
  meeting.ExpectAgreement();

  bob2.Lose();
  Client& bob3 = meeting.NewClient();
  EXPECT_TRUE(bob3.Resume(bob_token)) << "the old run's token still names who is here";
  EXPECT_TRUE(bob3.Ask("leave"));
  Client& bob4 = meeting.NewClient();
  EXPECT_FALSE(bob4.Resume(bob3.resume_token()));
  EXPECT_EQ(CodeOf(bob4), "resume_expired");
}

TEST(ResumingTest, WhoHadLeftOrWasRemovedDoesNotComeBackByARestart) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada", "host");
  Client& ben = meeting.Joined("Ben");
  Client& cleo = meeting.Joined("Cleo");
  Client& dora = meeting.Joined("Dora");
  dora.Lose();
  ASSERT_TRUE(ada.Ask("lobby.lock", R"({"locked":true})"));
  ASSERT_TRUE(ada.Ask("remove", R"({"participant":)" + Quote(ben.id()) + "}"));
  ASSERT_TRUE(cleo.Ask("leave"));
  meeting.RestartServer();
  for (const Client* gone : {&ben, &cleo}) {
    Client& again = meeting.NewClient();
    EXPECT_FALSE(again.Resume(gone->resume_token()));
    EXPECT_EQ(CodeOf(again), "resume_expired");
  }
  for (const Client* here : {&ada, &dora}) {
    Client& again = meeting.NewClient();
    EXPECT_TRUE(again.Resume(here->resume_token()));
  }
}

TEST(ResumingTest, AfterARestartATokenEndsAtItsTime) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  const std::string token = ada.resume_token();
  meeting.Pass(Duration::Seconds(10));
  meeting.limits.resume_token_life = Duration::Seconds(5);
  meeting.RestartServer();
  Client& late = meeting.NewClient();
  EXPECT_TRUE(late.Resume(token)) << "its own time counts";

  const std::string short_token = late.resume_token();
  meeting.Pass(Duration::Seconds(6));
  late.Lose();
  Client& same_run = meeting.NewClient();
  EXPECT_TRUE(same_run.Resume(short_token)) << "within one run only the grace counts";
  const std::string last = same_run.resume_token();
  meeting.RestartServer();
  meeting.Pass(Duration::Seconds(6));
  Client& too_late = meeting.NewClient();
  EXPECT_FALSE(too_late.Resume(last));
  EXPECT_EQ(CodeOf(too_late), "resume_expired");
}

TEST(ResumingTest, AnEndedMeetingsTokensAreVoidAfterARestartToo) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada", "host");
  Client& bob = meeting.Joined("Bob");
  ASSERT_TRUE(ada.Ask("end"));
  Client& again = meeting.NewClient();
  EXPECT_FALSE(again.Resume(bob.resume_token()));
  EXPECT_EQ(CodeOf(again), "resume_expired");
  meeting.RestartServer();
  Client& later = meeting.NewClient();
  EXPECT_FALSE(later.Resume(bob.resume_token()));
  EXPECT_EQ(CodeOf(later), "resume_expired");
  EXPECT_TRUE(later.Join(meeting.room_name, meeting.invite, "Bob")) << "the room stays";
}

TEST(ResumingTest, ARoomMadeAnewUnderAnOldNameKnowsNoOldTokens) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  const std::string name = meeting.room_name;
  EXPECT_TRUE(meeting.rooms->Forget(name, meeting.now()));
  EXPECT_EQ(ada.close_code(), CloseCode::kEnded);
  ASSERT_TRUE(meeting.rooms->Create(name, "", meeting.now()));
  meeting.RestartServer();
  Client& back = meeting.NewClient();
  EXPECT_FALSE(back.Resume(ada.resume_token()));
  EXPECT_EQ(CodeOf(back), "resume_expired");
}

TEST(ResumingTest, AFullRoomKeepsThePlaceOfWhoIsLost) {
  Limits limits;
  limits.participants_per_room = 1;
  Meeting meeting(limits);
  Client& ada = meeting.Joined("Ada");
  ada.Lose();
  EXPECT_FALSE(meeting.NewClient().Join(meeting.room_name, "panelist", "B"));
  EXPECT_TRUE(meeting.NewClient().Resume(ada.resume_token()));
}

}  // namespace
}  // namespace parley::test
