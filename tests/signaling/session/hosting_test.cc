// Life in the room: names, and what a host may do to others.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "signaling/room/recording_port.h"
#include "tests/signaling/session/meeting.h"
#include "tests/signaling/session/noted_recording.h"

namespace parley::test {
namespace {

std::string Target(const Client& client) { return R"({"participant":)" + Quote(client.id()) + "}"; }

std::string Mute(const Client& client, const std::string& source) {
  return R"({"participant":)" + Quote(client.id()) + R"(,"source":")" + source + "\"}";
}

TEST(HostingTest, AHostRecordsAndEverybodyIsTold) {
  Meeting meeting;
  NotedRecording recording;
  meeting.rooms->SetRecording(&recording);
  Client& ada = meeting.Joined("Ada", "host");
  Client& bob = meeting.Joined("Bob");
  EXPECT_EQ(recording.opened.size(), 1u) << "by the first";
  EXPECT_EQ(bob.Refusal("record", R"({"action":"start"})"), "forbidden");
  EXPECT_EQ(ada.Refusal("record", R"({"action":"resume"})"), "bad_request");
  EXPECT_STREQ(ada.error()["field"].GetString(), "action");
  ASSERT_TRUE(ada.Ask("record", R"({"action":"start"})"));
  EXPECT_STREQ(ada.last_result()["data"]["recording"].GetString(), "rabcdefghijklmnop");
  const auto told = bob.Take("recording");
  ASSERT_EQ(told.size(), 1u);
  EXPECT_NE(told[0].find(R"("state":"recording")"), std::string::npos);
  Client& cy = meeting.Joined("Cy");
  EXPECT_STREQ(cy.last_result()["data"]["room"]["recording"]["id"].GetString(),
               "rabcdefghijklmnop");
  ASSERT_TRUE(ada.Ask("record", R"({"action":"stop"})"));
  EXPECT_EQ(cy.Take("recording").size(), 1u);
  meeting.ExpectAgreement();
}

TEST(HostingTest, AServerThatDoesNotRecordSaysSo) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada", "host");
  EXPECT_EQ(ada.Refusal("record", R"({"action":"start"})"), "forbidden");
}

TEST(HostingTest, ConsentIsOnesOwn) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  ASSERT_TRUE(ada.Ask("consent", R"({"given":true})"));
  EXPECT_EQ(meeting.room().Find(ada.id())->consent, true);
  EXPECT_EQ(meeting.room().Find(bob.id())->consent, std::nullopt);
  ASSERT_TRUE(ada.Ask("consent", R"({"given":false})"));
  EXPECT_EQ(meeting.room().Find(ada.id())->consent, false);
}

TEST(HostingTest, RenamingIsHeldToTheRulesOfNames) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  EXPECT_EQ(bob.Refusal("rename", R"({"name":" \u202e "})"), "name_invalid");
  ASSERT_TRUE(bob.Ask("rename", R"({"name":"  Rob  "})"));
  EXPECT_EQ(ada.Take("participant_changed").size(), 1u);
  EXPECT_NE(ada.known().participants.at(bob.id()).find(R"("name":"Rob")"), std::string::npos);
  ASSERT_TRUE(bob.Ask("rename", R"({"name":"Rob"})"));
  EXPECT_EQ(ada.Take("participant_changed").size(), 0u);
  meeting.ExpectAgreement();
}

TEST(HostingTest, AHostMutesEverybodyButHosts) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& other = meeting.Joined("Other", "host");
  Client& ada = meeting.Joined("Ada");
  Client& bob = meeting.Joined("Bob");
  EXPECT_EQ(ada.Refusal("mute", R"({"source":"microphone"})"), "forbidden");
  ASSERT_TRUE(host.Ask("mute", R"({"source":"microphone"})"));
  EXPECT_EQ(ada.Take("muted").size(), 1u);
  EXPECT_EQ(bob.Take("muted").size(), 1u);
  EXPECT_TRUE(other.Take("muted").empty() && host.Take("muted").empty());
  ASSERT_TRUE(ada.Ask("publish", R"({"source":"microphone","on":true})"));
  ASSERT_TRUE(bob.Ask("publish", R"({"source":"microphone","on":true})"));
  ASSERT_TRUE(host.Ask("mute", R"({"source":"microphone","except":[)" + Quote(ada.id()) + "]}"));
  EXPECT_TRUE(ada.Take("muted").empty());
  EXPECT_EQ(bob.Take("muted").size(), 1u);
  EXPECT_EQ(host.Refusal("mute", R"({"source":"microphone","except":[1]})"), "bad_request");
  meeting.ExpectAgreement();
}

TEST(HostingTest, AHostMutesAndTheOwnerMayTurnItOnAgain) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& bob = meeting.Joined("Bob");
  ASSERT_TRUE(host.Ask("mute", Mute(bob, "microphone")));
  EXPECT_EQ(bob.Take("muted"),
            (std::vector{R"({"source":"microphone","by":")" + host.id() + "\"}"}));
  EXPECT_EQ(host.Take("muted").size(), 0u);
  const int home = meeting.media->Find(bob.transport()).first;
  const SourceId microphone(bob.source("microphone"));
  EXPECT_FALSE(meeting.media->worker(home).sources.at(microphone).enabled);
  ASSERT_TRUE(host.Ask("mute", Mute(bob, "microphone")));
  EXPECT_EQ(bob.Take("muted").size(), 0u) << "it is off already";
  ASSERT_TRUE(bob.Ask("publish", R"({"source":"microphone","on":true})"));
  EXPECT_TRUE(meeting.media->worker(home).sources.at(microphone).enabled);
  EXPECT_EQ(host.Refusal("mute", Mute(bob, "screen")), "source_not_found");
  EXPECT_EQ(host.Refusal("mute", R"({"participant":"pnobody","source":"camera"})"),
            "participant_not_found");
  meeting.ExpectAgreement();
}

TEST(HostingTest, WhoHasAPageIsNamedByNobodyElse) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& bob = meeting.Joined("Bob");
  const auto rename = [](const Client& whom) {
    return R"({"name":"Robert","participant":)" + Quote(whom.id()) + "}";
  };
  EXPECT_EQ(host.Refusal("rename", rename(bob)), "forbidden");
  EXPECT_EQ(bob.Refusal("rename", rename(host)), "forbidden");
  EXPECT_EQ(bob.Refusal("rename", rename(bob)), "ok") << "oneself by id";
  meeting.ExpectAgreement();
}

TEST(HostingTest, WhoeverIsNoHostMayDoNoneOfIt) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  for (const char* role : {"panelist", "attendee"}) {
    Client& other = meeting.Joined("Other", role);
    EXPECT_EQ(other.Refusal("mute", Mute(host, "camera")), "forbidden");
    EXPECT_EQ(other.Refusal("remove", Target(host)), "forbidden");
    EXPECT_EQ(other.Refusal("end"), "forbidden");
    EXPECT_EQ(other.Refusal("chat", R"({"text":"but this"})"), "ok");
  }
  EXPECT_TRUE(host.Take("muted").empty());
  EXPECT_EQ(meeting.room().participant_count(), 3u);
}

TEST(HostingTest, ARemovedParticipantIsToldAndOut) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& bob = meeting.Joined("Bob");
  const std::string bob_target = Target(bob);
  ASSERT_TRUE(host.Ask("remove", bob_target));
  EXPECT_EQ(bob.Take("removed"), (std::vector{R"({"by":")" + host.id() + "\"}"}));
  EXPECT_EQ(bob.close_code(), CloseCode::kRemoved);
  EXPECT_EQ(host.Take("participant_left"),
            (std::vector{R"({"participant":")" + bob.id() + R"(","reason":"removed"})"}));
  EXPECT_EQ(host.Refusal("remove", bob_target), "participant_not_found");
  EXPECT_EQ(host.Refusal("remove", Target(host)), "bad_request");
  Client& again = meeting.NewClient();
  EXPECT_FALSE(again.Resume(bob.resume_token()));
  EXPECT_STREQ(again.error()["code"].GetString(), "resume_expired");
  meeting.ExpectAgreement();
}

TEST(HostingTest, WhoeverIsLostCanBeRemovedToo) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& bob = meeting.Joined("Bob");
  bob.Lose();
  ASSERT_TRUE(host.Ask("remove", Target(bob)));
  meeting.Pass(Duration::Seconds(61));
  EXPECT_EQ(host.Take("participant_left").size(), 1u) << "once";
  meeting.ExpectAgreement();
}

TEST(HostingTest, EndingEndsItForAllAndTheRoomStays) {
  Meeting meeting;
  Client& host = meeting.Joined("Host", "host");
  Client& bob = meeting.Joined("Bob");
  Client& lost = meeting.Joined("Lost");
  lost.Lose();
  ASSERT_TRUE(host.Ask("end")) << "the host gets its result before the close";
  const std::vector by_host{R"({"by":")" + host.id() + "\"}"};
  EXPECT_EQ(host.Take("ended"), by_host);
  EXPECT_EQ(bob.Take("ended"), by_host);
  EXPECT_EQ(host.close_code(), CloseCode::kEnded);
  EXPECT_EQ(bob.close_code(), CloseCode::kEnded);
  EXPECT_EQ(meeting.room().participant_count(), 0u);
  EXPECT_TRUE(meeting.media->empty());
  EXPECT_TRUE(meeting.NewClient().Join(meeting.room_name, meeting.invite, "Bob"));
}

TEST(HostingTest, AnOperatorsEndNamesNobody) {
  Meeting meeting;
  Client& ada = meeting.Joined("Ada");
  ASSERT_TRUE(meeting.rooms->Forget(meeting.room_name, meeting.now()));
  EXPECT_EQ(ada.Take("ended"), (std::vector<std::string>{R"({"by":null})"}));
  EXPECT_EQ(ada.close_code(), CloseCode::kEnded);
  EXPECT_EQ(meeting.rooms->Find(meeting.room_name), nullptr);
  EXPECT_FALSE(meeting.rooms->Forget(meeting.room_name, meeting.now()));
  EXPECT_TRUE(meeting.store.All().empty());
}

}  // namespace
}  // namespace parley::test
