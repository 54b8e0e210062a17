#include "mixer/sip/trunk.h"

#include <gtest/gtest.h>

#include "tests/mixer/sip/far_end.h"

namespace parley::sip {
namespace {

class TrunkTest : public testing::Test {
 protected:
  void SetUp() override {
    TrunkConfig trunk;
    trunk.domain = "trunk.example.com";
    trunk.user = "conference";
    trunk.credentials = Credentials{"realm", "user", "secret"};
    far_.config.trunks = {trunk};
    far_.agent().SetTrunkServers(0, {far_.flow}, far_.now);
    far_.Pass(Duration());
    register_ = far_.Next();
    ASSERT_TRUE(register_.is("REGISTER"));
  }
  static Message Challenge(const Message& request, std::string_view realm, std::string_view nonce,
                           std::string_view more = "") {
    Message response = Message::ResponseTo(request, 401, "Unauthorized");
    response.Add("WWW-Authenticate", "Digest realm=\"" + std::string(realm) + "\", nonce=\"" +
                                         std::string(nonce) +
                                         "\", algorithm=SHA-256, qop=\"auth\"" + std::string(more));
    return response;
  }
  // Answers OPTIONS for that long, or until it registers again.
  std::optional<Message> NextRegister(Duration duration) {
    for (const Timestamp end = far_.now + duration; far_.now < end;) {
      far_.Pass(Duration::Seconds(1));
      for (Message next = far_.Next(); !next.method.empty(); next = far_.Next()) {
        if (next.is("REGISTER")) {
          // What is sent again meanwhile is the same.
          while (far_.agent().PollOutput()) {
          }
          return next;
        }
        far_.Say(Message::ResponseTo(next, 200));
      }
    }
    return std::nullopt;
  }
  Message Granted(const Message& request, std::string_view expires) {
    Message response = Message::ResponseTo(request, 200);
    response.contacts = request.contacts;
    response.contacts.front().params.Set("expires", expires);
    return response;
  }
  FarEnd far_;
  Message register_;
};

TEST_F(TrunkTest, RegistersWithItsPasswordAndRefreshesInTime) {
  EXPECT_EQ(register_.request_uri.ToString(), "sip:trunk.example.com");
  EXPECT_EQ(register_.from.uri.ToString(), "sip:conference@trunk.example.com");
  EXPECT_FALSE(register_.Find("Authorization").has_value());
  far_.Say(Challenge(register_, "realm", "n1"));
  const Message again = far_.Next();
  ASSERT_TRUE(again.is("REGISTER"));
  EXPECT_EQ(again.call_id, register_.call_id);
  EXPECT_EQ(again.cseq.number, register_.cseq.number + 1);
  EXPECT_TRUE(again.Find("Authorization")->contains("username=\"user\""));
  EXPECT_FALSE(again.Find("Authorization")->contains("secret"));
  far_.Say(Granted(again, "600"));
  bool registered = false;
  while (const auto changed = far_.Take<TrunkChanged>()) registered = changed->registered;
  EXPECT_TRUE(registered);
  EXPECT_FALSE(NextRegister(Duration::Seconds(539)).has_value());
  EXPECT_TRUE(NextRegister(Duration::Seconds(2)).has_value());
}

TEST_F(TrunkTest, AStaleNonceIsTriedAgainAndAWrongPasswordIsNot) {
  far_.Say(Challenge(register_, "realm", "n1"));
  const Message second = far_.Next();
  far_.Say(Challenge(second, "realm", "n2", ", stale=true"));
  const Message third = far_.Next();
  ASSERT_TRUE(third.is("REGISTER"));
  EXPECT_TRUE(third.Find("Authorization")->contains("nonce=\"n2\""));
  far_.Say(Challenge(third, "realm", "n3"));
  EXPECT_EQ(far_.Next().method, "");
  EXPECT_EQ(far_.agent().authentication_failures(), 1u);
  const auto changed = far_.Take<TrunkChanged>();
  ASSERT_TRUE(changed.has_value());
  EXPECT_FALSE(changed->registered);
}

TEST_F(TrunkTest, NoOtherRealmAndNoOtherAddressGetsAnAnswer) {
  far_.Say(Challenge(register_, "elsewhere", "n1"));
  EXPECT_EQ(far_.Next().method, "");
  const auto again = NextRegister(Duration::Seconds(31));
  ASSERT_TRUE(again.has_value());
  far_.flow.remote = SocketAddress::V4({10, 0, 0, 9}, 5060);
  far_.Say(Challenge(*again, "realm", "n1"));
  EXPECT_EQ(far_.Next().method, "");
}

TEST_F(TrunkTest, FailuresWaitLongerAndLonger) {
  std::vector<Duration> pauses;
  Timestamp last = far_.now;
  Message request = register_;
  for (int i = 0; i < 9; ++i) {
    far_.Say(Message::ResponseTo(request, 503));
    const auto again = NextRegister(Duration::Seconds(2'000));
    ASSERT_TRUE(again.has_value());
    request = *again;
    pauses.push_back(far_.now - last);
    last = far_.now;
  }
  for (size_t i = 0; i < pauses.size(); ++i) {
    const double nominal = std::min(30.0 * (1 << i), 1800.0);
    EXPECT_GE(pauses[i].seconds(), nominal / 2) << i;
    EXPECT_LE(pauses[i].seconds(), nominal + 1) << i;
  }
}

TEST_F(TrunkTest, WhatIsDownIsToldWithWhenItIsTriedAgain) {
  far_.Say(Message::ResponseTo(register_, 403));
  auto changed = far_.Take<TrunkChanged>();
  ASSERT_TRUE(changed.has_value());
  EXPECT_EQ(changed->registration, 403);
  EXPECT_GE(changed->next_try, far_.now + Duration::Seconds(15));
  EXPECT_LE(changed->next_try, far_.now + Duration::Seconds(30));

  const auto again = NextRegister(Duration::Seconds(31));
  ASSERT_TRUE(again.has_value());
  changed = far_.Take<TrunkChanged>();
  ASSERT_TRUE(changed.has_value());
  EXPECT_EQ(changed->next_try, Timestamp::Never()) << "it is being tried";

  far_.Say(Granted(*again, "600"));
  changed = far_.Take<TrunkChanged>();
  ASSERT_TRUE(changed.has_value());
  EXPECT_TRUE(changed->registered);
  EXPECT_EQ(changed->next_try, Timestamp::Never());
}

TEST_F(TrunkTest, AnAnswerToOptionsHidesNoRefusal) {
  std::optional<Message> request = register_;
  for (int i = 0; i < 3; ++i) {
    far_.Say(Message::ResponseTo(*request, 403));
    request = NextRegister(Duration::Seconds(200));
    ASSERT_TRUE(request.has_value());
  }
  std::optional<TrunkChanged> told;
  while (auto next = far_.Take<TrunkChanged>()) told = next;
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(told->status, 200) << "OPTIONS were answered";
  EXPECT_EQ(told->registration, 403);
}

TEST_F(TrunkTest, TakesALongerExpiryThatTheRegistrarWants) {
  Message brief = Message::ResponseTo(register_, 423, "Interval Too Brief");
  brief.Add("Min-Expires", "3600");
  far_.Say(brief);
  const Message again = far_.Next();
  ASSERT_TRUE(again.is("REGISTER"));
  EXPECT_EQ(again.Find("Expires"), "3600");
}

TEST_F(TrunkTest, AnUnansweredRegistrationIsFoundOut) {
  far_.Pass(Duration::Seconds(33));
  const auto changed = far_.Take<TrunkChanged>();
  ASSERT_TRUE(changed.has_value());
  EXPECT_EQ(changed->status, 408);
  EXPECT_FALSE(changed->reachable);
}

TEST_F(TrunkTest, KeepaliveOptionsTellWhetherItLives) {
  far_.Say(Granted(register_, "3600"));
  EXPECT_TRUE(far_.Take<TrunkChanged>()->reachable);
  far_.Pass(Duration::Seconds(60));
  const Message options = far_.Next();
  ASSERT_TRUE(options.is("OPTIONS"));
  far_.Say(Message::ResponseTo(options, 200));
  EXPECT_FALSE(far_.Take<TrunkChanged>().has_value());
  far_.Pass(Duration::Seconds(95));
  const auto changed = far_.Take<TrunkChanged>();
  ASSERT_TRUE(changed.has_value());
  EXPECT_FALSE(changed->reachable);
}

TEST_F(TrunkTest, StoppingUnregisters) {
  far_.Say(Granted(register_, "600"));
  far_.agent().Stop(far_.now);
  const Message last = far_.Next();
  ASSERT_TRUE(last.is("REGISTER"));
  EXPECT_EQ(last.Find("Expires"), "0");
  far_.Say(Message::ResponseTo(last, 200));
  far_.Pass(Duration::Seconds(100));
  EXPECT_TRUE(far_.agent().NextTimeout().IsNever());
}

TEST_F(TrunkTest, ACallThroughItAnswersItsChallengeOnce) {
  far_.Say(Granted(register_, "600"));
  far_.agent().Invite(0, "+12025550100", FarEnd::Audio(), far_.now);
  const Message invite = far_.Next();
  EXPECT_EQ(invite.request_uri.ToString(), "sip:+12025550100@trunk.example.com");
  far_.Say(Challenge(invite, "realm", "n9"));
  EXPECT_TRUE(far_.Next().is("ACK"));
  const Message again = far_.Next();
  ASSERT_TRUE(again.is("INVITE"));
  EXPECT_TRUE(again.Find("Authorization").has_value());
  EXPECT_EQ(again.call_id, invite.call_id);
  far_.Say(Challenge(again, "realm", "n10"));
  EXPECT_TRUE(far_.Next().is("ACK"));
  EXPECT_EQ(far_.Next().method, "");
  EXPECT_EQ(far_.Take<CallEnded>()->status, 401);
  EXPECT_EQ(far_.agent().authentication_failures(), 1u);
}

TEST_F(TrunkTest, NobodyIsCalledThroughOneWithoutAnAddress) {
  FarEnd lost;
  lost.config.trunks = far_.config.trunks;
  EXPECT_EQ(lost.agent().Invite(0, "1", FarEnd::Audio(), lost.now), CallId());
  EXPECT_FALSE(lost.agent().PollOutput().has_value());
}

TEST_F(TrunkTest, AWrongPasswordIsNotTriedForEver) {
  Message request = register_;
  size_t answered = 0;
  for (int i = 0; i < 12; ++i) {
    far_.Say(Challenge(request, "realm", "n" + std::to_string(i)));
    const Message again = far_.Next();
    if (again.is("REGISTER")) {
      ++answered;
      far_.Say(Challenge(again, "realm", "m" + std::to_string(i)));
    }
    // Well before the rest is over.
    far_.agent().SetTrunkServers(0, {far_.flow}, far_.now);
    const auto next = NextRegister(Duration::Seconds(2));
    ASSERT_TRUE(next.has_value());
    request = *next;
  }
  EXPECT_EQ(answered, 5u);
  EXPECT_EQ(far_.agent().authentication_failures(), 5u);
}

// RFC 3263 section 4.3.
class TrunkFailoverTest : public testing::Test {
 protected:
  void Start(bool registers) {
    TrunkConfig trunk;
    trunk.domain = "trunk.example.com";
    trunk.user = "conference";
    trunk.registers = registers;
    far_.config.trunks = {trunk};
    far_.agent().SetTrunkServers(0, {far_.flow, second_}, far_.now);
    far_.Pass(Duration());
  }
  // Whom the next message of that method goes to, within that time; what is sent again is passed
  // over.
  SocketAddress Where(std::string_view method, Duration within) {
    for (const Timestamp end = far_.now + within; far_.now <= end;) {
      while (auto out = far_.agent().PollOutput()) {
        last_ = *std::move(out);
        const auto message = ParseText(last_.bytes);
        if (!message || !message->is(method) || last_.to.remote == passed_) continue;
        // What was sent again meanwhile is the same.
        while (far_.agent().PollOutput()) {
        }
        return last_.to.remote;
      }
      far_.Pass(Duration::Millis(500));
    }
    return {};
  }

  FarEnd far_;
  Flow second_{TransportKind::kUdp, SocketAddress::V4({203, 0, 113, 6}, 5070), ""};
  Outgoing last_;
  SocketAddress passed_;
};

TEST_F(TrunkFailoverTest, ARegistrarThatIsSilentIsFollowedByTheNext) {
  Start(true);
  EXPECT_EQ(Where("REGISTER", Duration()), far_.flow.remote);
  passed_ = far_.flow.remote;
  EXPECT_EQ(Where("REGISTER", Duration::Seconds(33)), second_.remote) << "without a pause";
  const auto request = ParseText(last_.bytes);
  Message granted = Message::ResponseTo(*request, 200);
  granted.contacts = request->contacts;
  far_.agent().HandleMessage(granted.ToString(), second_, far_.now);
  std::optional<TrunkChanged> told;
  while (auto next = far_.Take<TrunkChanged>()) told = next;
  EXPECT_TRUE(told && told->registered);
  // Found again, in the same order: it stays where it is.
  far_.agent().SetTrunkServers(0, {far_.flow, second_}, far_.now);
  EXPECT_EQ(Where("OPTIONS", Duration::Seconds(70)), second_.remote);
  // Either may send us calls.
  far_.Say(far_.Invite());
  EXPECT_EQ(far_.Take<IncomingCall>()->trunk, 0u);
}

TEST_F(TrunkFailoverTest, AServerThatSaysItCannotIsFollowedByTheNext) {
  Start(true);
  EXPECT_EQ(Where("REGISTER", Duration()), far_.flow.remote);
  far_.Say(Message::ResponseTo(*ParseText(last_.bytes), 503));
  passed_ = far_.flow.remote;
  EXPECT_EQ(Where("REGISTER", Duration::Seconds(1)), second_.remote);
  far_.agent().HandleMessage(Message::ResponseTo(*ParseText(last_.bytes), 503).ToString(), second_,
                             far_.now);
  passed_ = {};
  EXPECT_EQ(Where("REGISTER", Duration::Seconds(10)), SocketAddress())
      << "all have failed: a pause";
  EXPECT_EQ(Where("REGISTER", Duration::Seconds(40)), far_.flow.remote);
}

TEST_F(TrunkFailoverTest, ACallThatGetsNoAnswerSendsTheNextElsewhere) {
  Start(false);
  const CallId call = far_.agent().Invite(0, "+442079460199", FarEnd::Audio(), far_.now);
  ASSERT_NE(call, CallId());
  EXPECT_EQ(Where("INVITE", Duration()), far_.flow.remote);
  far_.Pass(Duration::Seconds(33));
  const auto ended = far_.Take<CallEnded>();
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->cause, CallEnded::Cause::kTimeout);
  passed_ = far_.flow.remote;
  ASSERT_NE(far_.agent().Invite(0, "+442079460199", FarEnd::Audio(), far_.now), CallId());
  EXPECT_EQ(Where("INVITE", Duration()), second_.remote);
}

TEST_F(TrunkTest, ItsCallsComeInUnlimited) {
  for (int i = 0; i < 100; ++i) {
    far_.call_id = "call" + std::to_string(i);
    far_.Say(far_.Invite());
  }
  EXPECT_EQ(far_.agent().live_calls(), 100u);
  EXPECT_EQ(far_.Take<IncomingCall>()->trunk, 0u);
}

TEST_F(TrunkTest, WhomItAssertsIsBelievedAndWhomAStrangerDoesIsNot) {
  far_.Say(far_.Invite("P-Asserted-Identity: <tel:+442079460123>\n"));
  EXPECT_EQ(far_.Take<IncomingCall>()->asserted, "+442079460123");
  far_.call_id = "a stranger's";
  far_.flow.remote = SocketAddress::V4({203, 0, 113, 77}, 5060);
  far_.Say(far_.Invite("P-Asserted-Identity: <tel:+442079460123>\n"));
  EXPECT_EQ(far_.Take<IncomingCall>()->asserted, "");
}

}  // namespace
}  // namespace parley::sip
