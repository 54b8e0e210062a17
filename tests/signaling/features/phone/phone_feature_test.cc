#include "signaling/features/phone/phone_feature.h"

#include <gtest/gtest.h>

#include "tests/signaling/noted_dialling.h"
#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

class PhoneFeatureTest : public testing::Test {
 protected:
  // What the snapshot of whoever joined last holds.
  static const rapidjson::Value& State(const Client& client) {
    return client.last_result()["data"]["room"]["features"]["phone"];
  }
  NotedDialling dialling;
  Meeting meeting;
};

TEST_F(PhoneFeatureTest, HostsAloneSeeThePinOfHosts) {
  meeting.rooms->SetPhoneNumbers({"+44 20 7946 0123"});
  const std::string pin = meeting.room().record().host_pin;
  Client& host = meeting.Joined("Host", "host");
  EXPECT_EQ(State(host)["host_pin"].GetString(), pin);
  EXPECT_FALSE(State(host).HasMember("calls")) << "nobody is called from here";
  EXPECT_EQ(host.Refusal("phone.call", R"({"number":"+442079460123"})"), "forbidden");
  EXPECT_EQ(host.Refusal("phone.cancel", R"({"call":"d1"})"), "forbidden");
  Client& ada = meeting.Joined("Ada");
  EXPECT_FALSE(State(ada).HasMember("host_pin"));
}

TEST_F(PhoneFeatureTest, WhoBecomesAHostIsToldWhatHostsKnow) {
  meeting.rooms->SetPhoneNumbers({"+44 20 7946 0123"});
  meeting.rooms->SetDialling(&dialling);
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada");
  ASSERT_TRUE(host.Ask("phone.call", R"({"number":"+442079460199","name":"Bob"})"));
  EXPECT_TRUE(ada.Take("phone.call").empty());
  const auto make = [&](const char* role) {
    EXPECT_EQ(host.Refusal("role",
                           R"({"participant":)" + Quote(ada.id()) + R"(,"role":")" + role + "\"}"),
              "ok");
    return ada.Take("phone.settings");
  };
  const std::string calls =
      R"("calls":[{"id":"d1","name":"Bob","by":")" + host.id() + R"(","state":"calling"}])";
  EXPECT_EQ(make("cohost"), std::vector{R"({"phone":{)" + calls + "}}"})
      << "who may not make hosts learns no such PIN";
  EXPECT_EQ(make("host"), std::vector{R"({"phone":{"host_pin":")" +
                                      meeting.room().record().host_pin + R"(",)" + calls + "}}"});
  EXPECT_EQ(make("panelist"), std::vector<std::string>{R"({"phone":{}})"});
  EXPECT_TRUE(host.Take("phone.settings").empty());
}

TEST_F(PhoneFeatureTest, ACallsProgressIsToldToThoseWhoMayCall) {
  meeting.rooms->SetPhoneNumbers({});
  meeting.rooms->SetDialling(&dialling);
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada");
  ASSERT_TRUE(host.Ask("phone.call", R"({"number":"020 7946 0199","language":"zh"})"));
  EXPECT_STREQ(host.last_result()["data"]["call"].GetString(), "d1");
  ASSERT_EQ(dialling.wishes.size(), 1u);
  EXPECT_EQ(dialling.wishes[0].number, "020 7946 0199");
  EXPECT_EQ(dialling.wishes[0].by, host.id());
  EXPECT_TRUE(dialling.wishes[0].chinese);
  const auto event = [&](const std::string& state, const std::string& more = {}) {
    return std::vector{R"({"call":{"id":"d1","name":"+44 … 99","by":")" + host.id() +
                       R"(","state":")" + state + "\"}" + more + "}"};
  };
  EXPECT_EQ(host.Take("phone.call"), event("calling"));
  dialling.listener->OnDial("d1", DialState::kRinging, {});
  EXPECT_EQ(host.Take("phone.call"), event("ringing"));
  dialling.listener->OnDial("d1", DialState::kJoined, host.id());
  EXPECT_EQ(host.Take("phone.call"), event("joined", R"(,"participant":)" + Quote(host.id())));
  dialling.listener->OnDial("d1", DialState::kFailed, {});
  EXPECT_TRUE(host.Take("phone.call").empty()) << "it is over";
  EXPECT_TRUE(ada.Take("phone.call").empty());
  const Client& second = meeting.Joined("Second", "host");
  EXPECT_TRUE(State(second)["calls"].Empty());
}

TEST_F(PhoneFeatureTest, ACallIsCancelledAndAnUnknownOneIsNot) {
  meeting.rooms->SetPhoneNumbers({});
  meeting.rooms->SetDialling(&dialling);
  Client& host = meeting.Joined("Host", "host");
  ASSERT_TRUE(host.Ask("phone.call", R"({"number":"+442079460199"})"));
  EXPECT_EQ(host.Refusal("phone.cancel", R"({"call":"d2"})"), "participant_not_found");
  EXPECT_EQ(host.Refusal("phone.cancel"), "bad_request");
  EXPECT_EQ(host.Refusal("phone.call"), "bad_request");
  EXPECT_EQ(host.Refusal("phone.call", R"({"number":"+442079460199","language":"fr"})"),
            "bad_request");
  host.Take("phone.call");
  ASSERT_TRUE(host.Ask("phone.cancel", R"({"call":"d1"})"));
  EXPECT_EQ(host.Take("phone.call").size(), 1u);
}

TEST_F(PhoneFeatureTest, AnEmptyRoomCallsNobodyAnyMore) {
  meeting.rooms->SetPhoneNumbers({});
  meeting.rooms->SetDialling(&dialling);
  Client& host = meeting.Joined("Host", "host");
  ASSERT_TRUE(host.Ask("phone.call", R"({"number":"+442079460199"})"));
  ASSERT_TRUE(host.Ask("leave"));
  EXPECT_EQ(dialling.all_hung_up, 1);
}

TEST_F(PhoneFeatureTest, WithoutPhonesThereIsNothingToKnow) {
  const Client& host = meeting.Joined("Host", "host");
  EXPECT_FALSE(host.last_result()["data"]["room"]["features"].HasMember("phone"));
}

}  // namespace
}  // namespace parley::test
