// Rooms with a passcode, as clients come to them.

#include "signaling/session/passcode_guard.h"

#include <gtest/gtest.h>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

class PasscodeGuardTest : public testing::Test {
 protected:
  PasscodeGuardTest() {
    EXPECT_TRUE(host.Ask("lobby.set", R"({"passcode":"tulip 7"})"));
    host.Take("lobby.settings");
  }

  // By the invitation; the code of the refusal, or "ok".
  std::string Try(const std::string& passcode, const std::string& ip = {}) {
    Client& client = meeting.NewClient(ip);
    client.set_passcode(passcode);
    const bool in = client.Join(meeting.room_name, meeting.invite, "Ada");
    retry_after_ms = 0;
    if (!in && client.error().HasMember("retry_after_ms")) {
      retry_after_ms = client.error()["retry_after_ms"].GetInt64();
    }
    return in ? "ok" : client.error()["code"].GetString();
  }
  void TryWrong(int times, const std::string& ip) {
    for (int i = 0; i < times; ++i) EXPECT_EQ(Try("not that", ip), "passcode_wrong") << i;
  }

  // Joins as such are not the question here.
  static Limits Many() {
    Limits limits;
    limits.joins_per_minute = 100'000;
    return limits;
  }
  Meeting meeting{Many()};
  Client& host = meeting.Joined("Host", "host");
  int64_t retry_after_ms = 0;
  const std::string ip = "203.0.113.7";
};

TEST_F(PasscodeGuardTest, WhoeverIsInvitedNeedsItAndBearersOfTokensDoNot) {
  EXPECT_EQ(Try(""), "passcode_required");
  EXPECT_EQ(Try("tulip 8"), "passcode_wrong");
  EXPECT_EQ(Try("tulip 7"), "ok");
  EXPECT_TRUE(meeting.Joined("Bob", "panelist").attached());
  meeting.ExpectAgreement();
}

TEST_F(PasscodeGuardTest, WhoeverWasInComesBackWithoutIt) {
  Client& ada = meeting.NewClient();
  ada.set_passcode("tulip 7");
  ASSERT_TRUE(ada.Join(meeting.room_name, meeting.invite, "Ada"));
  ASSERT_TRUE(host.Ask("lobby.set", R"({"passcode":"another one"})"));
  ada.Lose();
  EXPECT_TRUE(meeting.NewClient().Resume(ada.resume_token()));
  meeting.RestartServer();
  EXPECT_TRUE(meeting.NewClient().Resume(ada.resume_token(), OfferShape()));
  EXPECT_EQ(Try("tulip 7"), "passcode_wrong") << "kept over a restart";
  EXPECT_EQ(Try("another one"), "ok");
}

TEST_F(PasscodeGuardTest, HostsSetChangeAndTakeItAwayAndNobodyIsToldIt) {
  ASSERT_TRUE(host.Ask("lobby.set", R"({"passcode":"another one"})"));
  const auto told = host.Take("lobby.settings");
  ASSERT_EQ(told.size(), 1u);
  EXPECT_TRUE(told[0].contains(R"("passcode":true)"));
  EXPECT_FALSE(meeting.store.All()[0].passcode.contains("another"));
  Client& bob = meeting.Joined("Bob");
  EXPECT_EQ(bob.Refusal("lobby.set", R"({"passcode":""})"), "forbidden");
  EXPECT_EQ(host.Refusal("lobby.set", R"({"passcode":"short","on":true})"), "bad_request");
  EXPECT_STREQ(host.error()["field"].GetString(), "passcode");
  EXPECT_FALSE(meeting.room().record().lobby) << "all of it or nothing";
  ASSERT_TRUE(host.Ask("lobby.set", R"({"passcode":""})"));
  EXPECT_TRUE(host.Take("lobby.settings").back().contains(R"("passcode":false)"));
  EXPECT_EQ(Try(""), "ok");
}

TEST_F(PasscodeGuardTest, TheLobbyComesAfterIt) {
  ASSERT_TRUE(host.Ask("lobby.set", R"({"on":true})"));
  EXPECT_EQ(Try("tulip 8"), "passcode_wrong");
  EXPECT_TRUE(host.Take("lobby.knock").empty());
  EXPECT_EQ(Try("tulip 7"), "ok");
  EXPECT_EQ(host.Take("lobby.knock").size(), 1u);
}

TEST_F(PasscodeGuardTest, WhoeverGuessesWaitsLongerAndLongerAndNobodyElseDoes) {
  TryWrong(Lockout::kFreeTries, ip);
  EXPECT_EQ(Try("tulip 7", ip), "too_many_requests") << "nor is the right one looked at";
  EXPECT_GT(retry_after_ms, 59'000);
  EXPECT_EQ(Try("", ip), "passcode_required") << "not a try";
  EXPECT_EQ(Try("tulip 7", "203.0.113.8"), "ok");
  EXPECT_EQ(Try("tulip 7", "2001:db8::1"), "ok");
  meeting.Pass(Duration::Seconds(61));
  TryWrong(1, ip);
  EXPECT_EQ(Try("tulip 7", ip), "too_many_requests");
  EXPECT_GT(retry_after_ms, 119'000);
  meeting.Pass(Duration::Seconds(121));
  EXPECT_EQ(Try("tulip 7", ip), "ok");
  TryWrong(Lockout::kFreeTries, ip);
}

TEST_F(PasscodeGuardTest, ANetworkOfIPv6CountsAsOneAddress) {
  for (int i = 1; i <= Lockout::kFreeTries; ++i) TryWrong(1, "2001:db8::" + std::to_string(i));
  EXPECT_EQ(Try("tulip 7", "2001:db8::99"), "too_many_requests");
  EXPECT_EQ(Try("tulip 7", "2001:db8:0:1::99"), "ok");
}

TEST_F(PasscodeGuardTest, ARoomThatManyGuessAtStaysOpenToThoseWhoKnow) {
  for (int i = 0; i < PasscodeGuard::kRoomTries; ++i) {
    TryWrong(1, "198.18." + std::to_string(i) + ".1");
  }
  EXPECT_EQ(Try("tulip 7", ip), "ok");
  TryWrong(1, ip);
  EXPECT_EQ(Try("tulip 7", ip), "too_many_requests") << "one free try each now";
  EXPECT_EQ(Try("tulip 7", "203.0.113.9"), "ok");
}

}  // namespace
}  // namespace parley::test
