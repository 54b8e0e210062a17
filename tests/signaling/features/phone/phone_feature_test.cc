#include "signaling/features/phone/phone_feature.h"

#include <gtest/gtest.h>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

class PhoneFeatureTest : public testing::Test {
 protected:
  // What the snapshot of whoever joined last holds.
  static const rapidjson::Value& State(const Client& client) {
    return client.last_result()["data"]["room"]["features"]["phone"];
  }
  Meeting meeting;
};

TEST_F(PhoneFeatureTest, HostsAloneSeeThePinOfHosts) {
  meeting.rooms->SetPhoneNumbers({"+44 20 7946 0123"});
  const std::string pin = meeting.room().record().host_pin;
  const Client& host = meeting.Joined("Host", "host");
  EXPECT_EQ(State(host)["host_pin"].GetString(), pin);
  Client& ada = meeting.Joined("Ada");
  EXPECT_FALSE(State(ada).HasMember("host_pin"));
  EXPECT_EQ(ada.Refusal("phone.call"), "unknown_type");
}

TEST_F(PhoneFeatureTest, WhoBecomesAHostIsToldThePin) {
  meeting.rooms->SetPhoneNumbers({"+44 20 7946 0123"});
  Client& host = meeting.Joined("Host", "host");
  Client& ada = meeting.Joined("Ada");
  const auto make = [&](const char* role) {
    return host.Refusal("role",
                        R"({"participant":)" + Quote(ada.id()) + R"(,"role":")" + role + "\"}");
  };
  EXPECT_EQ(make("cohost"), "ok");
  EXPECT_TRUE(ada.Take("phone.host_pin").empty()) << "who may not make hosts learns no such PIN";
  EXPECT_EQ(make("host"), "ok");
  EXPECT_EQ(ada.Take("phone.host_pin"),
            std::vector{R"({"host_pin":")" + meeting.room().record().host_pin + "\"}"});
  EXPECT_TRUE(host.Take("phone.host_pin").empty());
}

TEST_F(PhoneFeatureTest, WithoutPhonesThereIsNothingToKnow) {
  const Client& host = meeting.Joined("Host", "host");
  EXPECT_FALSE(host.last_result()["data"]["room"]["features"].HasMember("phone"));
}

}  // namespace
}  // namespace parley::test
