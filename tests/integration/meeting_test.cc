// The program as people meet it: real sockets, two workers, media from one to the other; sockets
// that are lost, servers that are killed, and strangers who send rubbish meanwhile.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <signal.h>

#include <chrono>
#include <memory>
#include <thread>

#include "tests/client/json_text.h"
#include "tests/integration/meeting_fixture.h"

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST_F(MeetingTest, ThreeOnTwoWorkersHearEachOther) {
  Member& ada = Joined("Ada");
  Member& bob = Joined("Bob", true);
  Joined("Cy");
  EXPECT_NE(ada.media_port(), bob.media_port()) << "on different workers";
  ASSERT_TRUE(EveryoneConnects());
  EXPECT_TRUE(EveryoneHears(50));
  EXPECT_THAT(bob.Ask("chat", R"({"text":"hello"})"), HasSubstr("\"result\""));
  EXPECT_EQ(JsonText(ada.Await("chat"), "data.message.text"), "hello");
}

TEST_F(MeetingTest, AHostReadsWhatTheMediaOfARoomIsLike) {
  Member& ada = Joined("Ada");
  Member& bob = Joined("Bob");
  ASSERT_TRUE(EveryoneConnects());
  ASSERT_TRUE(EveryoneHears(100));
  EXPECT_THAT(
      ada.Ask(
          "playback",
          R"({"ms":10000,"heard_ms":9000,"concealed_ms":45,"video":[{"source":1,"frozen_ms":7,"freezes":1}]})"),
      HasSubstr("\"result\""));
  const std::string target = "/api/v1/rooms/" + room_ + "/stats";
  EXPECT_EQ(Fetch(server_.port(), {.target = target}).status, 401);
  const HttpReply reply =
      Fetch(server_.port(), {.target = target, .headers = {{"Authorization", "Bearer " + token_}}});
  ASSERT_EQ(reply.status, 200) << reply.body;
  rapidjson::Document stats;
  stats.Parse(reply.body.c_str());
  ASSERT_TRUE(stats.IsObject()) << reply.body;
  EXPECT_TRUE(stats["complete"].GetBool());
  const auto participants = stats["participants"].GetArray();
  ASSERT_EQ(participants.Size(), 2u) << reply.body;
  EXPECT_NE(participants[0]["worker"].GetInt(), participants[1]["worker"].GetInt());
  for (const auto& participant : participants) {
    EXPECT_TRUE(participant["connected"].GetBool());
    EXPECT_GT(participant["transport"]["uplink_bps"].GetInt64(), 0) << reply.body;
    EXPECT_GT(participant["transport"]["downlink_bps"].GetInt64(), 0) << reply.body;
    const auto& microphone = participant["sources"][0];
    EXPECT_STREQ(microphone["kind"].GetString(), "microphone");
    EXPECT_STREQ(microphone["codec"].GetString(), "opus");
    EXPECT_GE(microphone["encodings"][0]["packets"].GetInt64(), 100);
    EXPECT_EQ(microphone["encodings"][0]["lost"].GetInt64(), 0);
  }
  EXPECT_EQ(participants[0]["playback"]["concealed_ms"].GetInt64(), 45);
  EXPECT_EQ(participants[0]["playback"]["last"]["video"][0]["frozen_ms"].GetInt64(), 7);
  EXPECT_FALSE(participants[1].HasMember("playback"));
  EXPECT_EQ(server_.Metric("parley_playback_concealed_ms_total"), 45);
  EXPECT_THAT(bob.Ask("ping", "{}"), HasSubstr("\"result\""));
}

TEST_F(MeetingTest, ALostSocketResumesWhileMediaFlows) {
  Member& ada = Joined("Ada");
  Member& bob = Joined("Bob");
  ASSERT_TRUE(EveryoneConnects());
  ASSERT_TRUE(EveryoneHears(20));
  bob.socket().Cut();
  EXPECT_THAT(ada.Await("participant_changed"), HasSubstr("\"connected\":false"));
  EXPECT_TRUE(EveryoneHears(20));
  const std::string resumed = bob.Resume(server_.port());
  EXPECT_EQ(JsonText(resumed, "data.participant"), bob.id());
  EXPECT_EQ(JsonText(resumed, "data.transport"), "kept");
  EXPECT_TRUE(EveryoneHears(20));
}

TEST_F(MeetingTest, AKilledServerKnowsItsRoomsAndPeopleAgain) {
  Member& ada = Joined("Ada");
  ASSERT_EQ(server_.End(SIGKILL), -SIGKILL);
  ASSERT_TRUE(server_.Start());
  const std::string resumed = ada.Resume(server_.port());
  EXPECT_EQ(JsonText(resumed, "data.participant"), ada.id());
  EXPECT_EQ(JsonText(resumed, "data.transport"), "none");
  EXPECT_EQ(Fetch(server_.port(),
                  {.target = "/api/v1/rooms", .headers = {{"Authorization", "Bearer " + token_}}})
                .status,
            200)
      << "tokens of before are good";
  Joined("Bob");
}

TEST_F(MeetingTest, ACleanStopTellsEveryone) {
  Member& ada = Joined("Ada");
  std::thread stop([&] { EXPECT_EQ(server_.End(SIGTERM), 0); });
  EXPECT_FALSE(ada.Await("closing").empty());
  EXPECT_FALSE(ada.socket().Receive(30s));
  EXPECT_EQ(ada.socket().close_code(), 1001);
  stop.join();
}

TEST_F(MeetingTest, StrangersDisturbNobody) {
  Joined("Ada");
  Joined("Bob");
  ASSERT_TRUE(EveryoneConnects());
  const auto foreign =
      WebSocketClient::Connect({.port = server_.port(), .origin = "http://evil.example"});
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error(), 403);
  const auto rebound =
      WebSocketClient::Connect({.port = server_.port(), .host = "evil.example:8080"});
  ASSERT_FALSE(rebound);
  const std::pair<std::string, uint16_t> messages[] = {
      {"{", 1007},
      {"{\"id\":1,\"id\":2}", 1007},
      {"\xC3\x28", 1007},
      {std::string(70'000, 'x'), 1009},
      {std::string(33, '[') + std::string(33, ']'), 1007},
  };
  for (const auto& [text, code] : messages) {
    auto socket = WebSocketClient::Connect({.port = server_.port()});
    ASSERT_TRUE(socket);
    (*socket)->Send(text);
    while ((*socket)->Receive(30s)) {
    }
    EXPECT_EQ((*socket)->close_code(), code) << text.substr(0, 40);
  }
  std::vector<std::unique_ptr<RawConnection>> slow;
  for (int i = 0; i < 50; ++i) {
    slow.push_back(std::make_unique<RawConnection>(server_.port()));
    slow.back()->Send("GET / HTTP/1.1\r\nX: ");
  }
  RawConnection huge(server_.port());
  huge.Send("GET / HTTP/1.1\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n");
  EXPECT_TRUE(EveryoneHears(30));
  EXPECT_EQ(Fetch(server_.port(), {.target = "/healthz"}).status, 200);
}

}  // namespace
}  // namespace parley::test
