#include "signaling/features/broadcast/broadcast_feature.h"

#include <gtest/gtest.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "tests/signaling/noted_broadcasting.h"
#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

constexpr const char* kWish = R"({"hls":true,"targets":["rtmp://a/app/secret"]})";

class BroadcastFeatureTest : public testing::Test {
 protected:
  BroadcastFeatureTest() { meeting.rooms->SetBroadcasting(&port); }
  static std::string State(const Client& client) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    client.last_result()["data"]["room"]["features"]["broadcast"].Accept(writer);
    return buffer.GetString();
  }
  NotedBroadcasting port;
  Meeting meeting;
};

TEST_F(BroadcastFeatureTest, EverybodyIsToldHowItStandsAndHostsWhereItGoes) {
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada");
  EXPECT_EQ(State(host), R"({"offer":{"hls":true,"rtmp_hosts":["a"]}})");
  EXPECT_EQ(State(ada), "{}");
  ASSERT_TRUE(host.Ask("broadcast.start", kWish));
  EXPECT_EQ(port.status->wish.targets, std::vector<std::string>{"rtmp://a/app/secret"});
  EXPECT_TRUE(port.status->wish.hls);
  const auto for_ada = ada.Take("broadcast");
  ASSERT_EQ(for_ada.size(), 1u);
  EXPECT_NE(for_ada[0].find(R"({"broadcast":{"state":"starting","started_at":)"),
            std::string::npos);
  EXPECT_EQ(for_ada[0].find("offer"), std::string::npos);
  EXPECT_EQ(for_ada[0].find("l1"), std::string::npos);
  const auto for_host = host.Take("broadcast");
  ASSERT_EQ(for_host.size(), 1u);
  EXPECT_NE(for_host[0].find(R"("watch":"/live/l1","targets":[{"name":"rtmp://a/…")"),
            std::string::npos);
  EXPECT_EQ(for_host[0].find("secret"), std::string::npos);
  port.status->state = BroadcastState::kLive;
  port.Tell();
  EXPECT_NE(ada.Take("broadcast").at(0).find(R"("state":"live")"), std::string::npos);
  const Client& late = meeting.Joined("Late");
  EXPECT_NE(State(late).find(R"("state":"live")"), std::string::npos);
  host.Take("broadcast");
  ASSERT_TRUE(host.Ask("broadcast.stop"));
  EXPECT_EQ(ada.Take("broadcast"), std::vector<std::string>{R"({"broadcast":{}})"});
}

TEST_F(BroadcastFeatureTest, WhoBecomesAHostIsToldWhereItGoes) {
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada");
  ASSERT_TRUE(host.Ask("broadcast.start", kWish));
  ada.Take("broadcast");
  EXPECT_EQ(host.Refusal("role", R"({"participant":)" + Quote(ada.id()) + R"(,"role":"host"})"),
            "ok");
  EXPECT_NE(ada.Take("broadcast").at(0).find("/live/l1"), std::string::npos);
}

TEST_F(BroadcastFeatureTest, OnlyHostsBeginAndEndIt) {
  Client& ada = meeting.Joined("Ada");
  EXPECT_EQ(ada.Refusal("broadcast.start", kWish), "forbidden");
  EXPECT_EQ(ada.Refusal("broadcast.stop"), "forbidden");
  EXPECT_FALSE(port.status);
}

TEST_F(BroadcastFeatureTest, RefusesWhatIsNoWish) {
  Client& host = meeting.Joined("Host", "host");
  EXPECT_EQ(host.Refusal("broadcast.start", R"({"targets":"rtmp://a/b/c"})"), "bad_request");
  EXPECT_EQ(host.Refusal("broadcast.start", R"({"targets":[5]})"), "bad_request");
  EXPECT_EQ(host.Refusal("broadcast.start", R"({"hls":"yes"})"), "bad_request");
  EXPECT_EQ(host.Refusal("broadcast.stop"), "bad_request") << "it is not live";
  port.refuses = true;
  EXPECT_EQ(host.Refusal("broadcast.start", kWish), "bad_request");
}

TEST_F(BroadcastFeatureTest, WhereNothingIsShownThereIsNothingToKnow) {
  meeting.rooms->SetBroadcasting(nullptr);
  Client& host = meeting.Joined("Host", "host");
  EXPECT_FALSE(host.last_result()["data"]["room"]["features"].HasMember("broadcast"));
  EXPECT_EQ(host.Refusal("broadcast.start", kWish), "forbidden");
}

TEST_F(BroadcastFeatureTest, GoesOnAfterTheServerStartedAgain) {
  Room& room = meeting.room();
  BroadcastFeature again(room);
  again.Restore("wish",
                R"({"targets":["rtmp://a/app/secret"],"hls":true,"records":true,"id":"lold"})");
  again.Restore("wish", "nonsense");
  again.Restore("other", "{}");
  Client& host = meeting.Joined("Host", "host");
  Participant& participant = *room.Find(host.id());
  again.OnJoined(participant, meeting.now());
  ASSERT_TRUE(port.status);
  EXPECT_EQ(port.status->id, "lold");
  EXPECT_TRUE(port.status->wish.records);
  EXPECT_EQ(port.status->wish.targets, std::vector<std::string>{"rtmp://a/app/secret"});
  port.status.reset();
  again.OnJoined(participant, meeting.now());
  EXPECT_FALSE(port.status) << "once";
}

TEST_F(BroadcastFeatureTest, AnEmptyRoomIsForgotten) {
  Client& host = meeting.Joined("Host", "host");
  ASSERT_TRUE(host.Ask("broadcast.start", kWish));
  ASSERT_TRUE(host.Ask("leave"));
  EXPECT_EQ(port.listener, nullptr);
}

}  // namespace
}  // namespace parley::test
