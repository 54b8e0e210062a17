#include "mixer/sip/user_agent.h"

#include <gtest/gtest.h>

#include "tests/mixer/sip/far_end.h"

namespace parley::sip {
namespace {

class UserAgentTest : public testing::Test {
 protected:
  FarEnd far_;
};

TEST_F(UserAgentTest, AnswersOptionsWithWhatItCanDo) {
  far_.Say(far_.Request("OPTIONS"));
  const Message answer = far_.Next();
  EXPECT_EQ(answer.status, 200);
  for (const char* method : {"INVITE", "BYE", "PRACK", "UPDATE", "REFER", "INFO"}) {
    EXPECT_TRUE(answer.Lists("Allow", method)) << method;
  }
  EXPECT_TRUE(answer.Lists("Supported", "timer"));
  EXPECT_FALSE(answer.to.tag().empty());
}

TEST_F(UserAgentTest, RefusesWhatIsNotForIt) {
  const std::pair<std::string, int> cases[] = {
      {far_.Request("REGISTER"), 405},
      {far_.Request("MESSAGE"), 405},
      {far_.Request("SUBSCRIBE"), 405},
      {far_.Request("FROBNICATE"), 501},
      {far_.Request("BYE"), 481},
      {far_.Request("BYE", "", "", "nobody"), 481},
      {far_.Request("INVITE", "", "", "nobody"), 481},
      {far_.Request("CANCEL"), 481},
      {far_.Request("REFER", "Refer-To: <sip:x@y>\n"), 481},
      {far_.Request("OPTIONS", "Require: timer, teleport\n"), 420},
      {far_.Request("INVITE", "Content-Type: text/plain\n", "hello"), 415},
      {far_.Request("INVITE", "Content-Type: application/sdp\nContent-Encoding: gzip\n", "x"), 415},
      {far_.Request("INVITE", "Content-Type: application/sdp\n", "v=1\r\n"), 400},
      {far_.Request("INVITE", "Session-Expires: 30\n"), 422},
  };
  for (const auto& [request, status] : cases) {
    far_.now = far_.now + Duration::Seconds(1);
    far_.Say(request);
    EXPECT_EQ(far_.NextFinal().status, status) << request;
  }
  EXPECT_FALSE(far_.Take<IncomingCall>().has_value());
  EXPECT_EQ(far_.agent().calls(), 0u);
}

TEST_F(UserAgentTest, NamesTheExtensionsThatItLacks) {
  far_.Say(far_.Request("OPTIONS", "Require: teleport, timer, levitate\n"));
  EXPECT_EQ(far_.Next().Find("Unsupported"), "teleport, levitate");
}

TEST_F(UserAgentTest, MalformedRequestsGet400AndAcksAndResponsesSilence) {
  std::string bad = far_.Request("OPTIONS");
  bad.replace(bad.find("CSeq: 1"), 7, "CSeq: x");
  far_.Say(bad);
  const auto answer = far_.agent().PollOutput();
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(answer->bytes.starts_with("SIP/2.0 400 Bad CSeq\r\n")) << answer->bytes;
  std::string ack = far_.Request("ACK");
  ack.replace(ack.find("CSeq: 2"), 7, "CSeq: x");
  far_.Say(ack);
  far_.Say("SIP/2.0 200 OK\r\nVia: broken\r\n\r\n");
  far_.Say(std::string("\x80\x01\x02\x03", 4));
  EXPECT_FALSE(far_.agent().PollOutput().has_value());
  EXPECT_EQ(far_.agent().counters().malformed, 4u);
}

TEST_F(UserAgentTest, TellsOfACallAndTakesKeysAndHold) {
  const CallId call = far_.Establish("Supported: 100rel\n");
  far_.Say(far_.Request("INFO", "Content-Type: application/dtmf-relay\n",
                        "Signal=5\r\nDuration=200\r\n", far_.tag));
  EXPECT_EQ(far_.Next().status, 200);
  auto dtmf = far_.Take<CallDtmf>();
  ASSERT_TRUE(dtmf.has_value());
  EXPECT_EQ(dtmf->call, call);
  EXPECT_EQ(dtmf->digit, '5');
  EXPECT_EQ(dtmf->duration, Duration::Millis(200));
  far_.Say(far_.Request("INFO", "Content-Type: text/plain\n", "5", far_.tag));
  EXPECT_EQ(far_.Next().status, 415);

  far_.Say(far_.Request("INVITE", "Content-Type: application/sdp\n",
                        FarEnd::Sdp("m=audio 4000 RTP/AVP 0\na=sendonly\n"), far_.tag));
  const Message ok = far_.NextFinal();
  EXPECT_EQ(ok.status, 200);
  EXPECT_TRUE(ok.body.contains("a=recvonly"));
  const auto changed = far_.Take<CallMediaChanged>();
  ASSERT_TRUE(changed.has_value());
  EXPECT_TRUE(changed->held);
}

TEST_F(UserAgentTest, AnUpdateChangesTheMediaWithoutAnAck) {
  far_.Establish();
  far_.Say(far_.Request("UPDATE", "Content-Type: application/sdp\n",
                        FarEnd::Sdp("m=audio 4444 RTP/AVP 8\n"), far_.tag));
  const Message ok = far_.Next();
  EXPECT_EQ(ok.status, 200);
  EXPECT_TRUE(ok.body.contains("RTP/AVP 8"));
  const auto changed = far_.Take<CallMediaChanged>();
  ASSERT_TRUE(changed.has_value());
  EXPECT_EQ(changed->audio.send.codec, AudioCodec::kPcma);
  EXPECT_EQ(changed->audio.remote_rtp.port(), 4444);
  far_.Pass(Duration::Seconds(40));
  EXPECT_EQ(far_.agent().live_calls(), 1u);
}

TEST_F(UserAgentTest, AReferWithoutASubscriptionIsNotNotified) {
  const CallId call = far_.Establish();
  far_.Say(far_.Request("REFER", "Refer-To: <sip:other@198.51.100.1>\nRefer-Sub: false\n", "",
                        far_.tag));
  EXPECT_EQ(far_.Take<CallReferred>()->target.user, "other");
  far_.agent().AnswerRefer(call, 200, far_.now);
  const Message accepted = far_.Next();
  EXPECT_EQ(accepted.status, 202);
  EXPECT_EQ(accepted.Find("Refer-Sub"), "false");
  EXPECT_EQ(far_.Next().method, "");
}

TEST_F(UserAgentTest, ARefusedReinviteLeavesTheCallAsItWas) {
  far_.Establish();
  far_.Say(far_.Request("INVITE", "Content-Type: application/sdp\n",
                        FarEnd::Sdp("m=audio 4 RTP/AVP 18\n"), far_.tag));
  EXPECT_EQ(far_.NextFinal().status, 488);
  EXPECT_FALSE(far_.Take<CallMediaChanged>().has_value());
  EXPECT_EQ(far_.agent().live_calls(), 1u);
}

TEST_F(UserAgentTest, OutOfOrderAndForeignRequestsDoNotReachTheCall) {
  far_.Establish();
  far_.cseq = 0;
  far_.Say(far_.Request("BYE", "", "", far_.tag));
  EXPECT_EQ(far_.Next().status, 500);
  std::string stranger = far_.Request("BYE", "", "", far_.tag);
  stranger.replace(stranger.find("tag=far"), 7, "tag=foe");
  far_.Say(stranger);
  EXPECT_EQ(far_.Next().status, 481);
  EXPECT_EQ(far_.agent().live_calls(), 1u);
}

TEST_F(UserAgentTest, AnInviteWithoutAnOfferGetsOne) {
  far_.Say(far_.Request("INVITE", "Contact: <sip:alice@203.0.113.5>\n"));
  const auto incoming = far_.Take<IncomingCall>();
  ASSERT_TRUE(incoming.has_value());
  far_.agent().Accept(incoming->call, FarEnd::Audio(), far_.now);
  const Message ok = far_.NextFinal();
  EXPECT_EQ(ok.ContentType(), "application/sdp");
  EXPECT_FALSE(far_.Take<CallEstablished>().has_value()) << "nothing is agreed yet";
  --far_.cseq;
  far_.Say(far_.Request("ACK", "Content-Type: application/sdp\n", FarEnd::Sdp(),
                        std::string(ok.to.tag())));
  const auto established = far_.Take<CallEstablished>();
  ASSERT_TRUE(established.has_value());
  EXPECT_EQ(established->audio.send.codec, AudioCodec::kPcmu);
}

TEST_F(UserAgentTest, AnAnswerInTheAckThatDoesNotFitEndsTheCall) {
  far_.Say(far_.Request("INVITE", "Contact: <sip:alice@203.0.113.5>\n"));
  far_.agent().Accept(far_.Take<IncomingCall>()->call, FarEnd::Audio(), far_.now);
  const Message ok = far_.NextFinal();
  --far_.cseq;
  far_.Say(far_.Request("ACK", "", "", std::string(ok.to.tag())));
  EXPECT_TRUE(far_.Next().is("BYE"));
  EXPECT_EQ(far_.Take<CallEnded>()->cause, CallEnded::Cause::kMedia);
}

TEST_F(UserAgentTest, TheSameRequestByAnotherWayIsALoop) {
  const std::string invite = far_.Invite();
  far_.Say(invite);
  std::string again = invite;
  again.replace(again.find("branch=z9hG4bK"), 14, "branch=z9hG4bKother");
  far_.Say(again);
  EXPECT_EQ(far_.Next().status, 100);
  EXPECT_EQ(far_.NextFinal().status, 482);
}

TEST_F(UserAgentTest, FollowsRecordRoutesAndStaysWithTheFlowBehindANat) {
  const CallId call = far_.Establish("Record-Route: <sip:203.0.113.6;lr>, <sip:203.0.113.7;lr>\n");
  far_.agent().Hangup(call, far_.now);
  const Message bye = far_.Next();
  EXPECT_TRUE(bye.is("BYE"));
  EXPECT_EQ(bye.request_uri.ToString(), "sip:alice@203.0.113.5:5060");
  ASSERT_EQ(bye.routes.size(), 2u);
  EXPECT_EQ(bye.routes[0].uri.host, "203.0.113.6");
  EXPECT_EQ(far_.last->to.remote, SocketAddress::V4({203, 0, 113, 6}, 5060));

  FarEnd natted;
  natted.flow.remote = SocketAddress::V4({192, 0, 2, 200}, 61'000);
  const CallId other = natted.Establish();
  natted.agent().Hangup(other, natted.now);
  EXPECT_TRUE(natted.Next().is("BYE"));
  EXPECT_EQ(natted.last->to.remote, natted.flow.remote);
}

TEST_F(UserAgentTest, AStrictRouterIsWrittenInTheRequestUri) {
  const CallId call = far_.Establish("Record-Route: <sip:203.0.113.6>\n");
  far_.agent().Hangup(call, far_.now);
  const Message bye = far_.Next();
  EXPECT_EQ(bye.request_uri.host, "203.0.113.6");
  ASSERT_EQ(bye.routes.size(), 1u);
  EXPECT_EQ(bye.routes[0].uri.host, "203.0.113.5");
}

// What we call out to, with a far end that forks.
class OutgoingTest : public UserAgentTest {
 protected:
  void SetUp() override {
    call_ =
        far_.agent().Invite(Uri::Sip("bob", "203.0.113.5"), far_.flow, FarEnd::Audio(), far_.now);
    invite_ = far_.Next();
    EXPECT_TRUE(invite_.is("INVITE"));
  }
  Message Response(int status, std::string_view tag, bool sdp = false) {
    Message response = Message::ResponseTo(invite_, status);
    response.to.set_tag(tag);
    response.contacts = {{"", Uri::Sip(tag, "203.0.113.5"), {}}};
    if (sdp) response.SetBody("application/sdp", FarEnd::Sdp());
    return response;
  }
  CallId call_;
  Message invite_;
};

TEST_F(OutgoingTest, TheFirstForkThatAnswersHasTheCallAndTheOtherIsHungUp) {
  far_.Say(Response(180, "one"));
  far_.Say(Response(183, "two", true));
  EXPECT_TRUE(far_.Take<CallEarlyMedia>().has_value());
  far_.Say(Response(200, "one", true));
  Message ack = far_.Next();
  EXPECT_TRUE(ack.is("ACK"));
  EXPECT_EQ(ack.request_uri.user, "one");
  EXPECT_TRUE(far_.Take<CallEstablished>().has_value());
  far_.Say(Response(200, "two", true));
  ack = far_.Next();
  EXPECT_TRUE(ack.is("ACK"));
  EXPECT_EQ(ack.to.tag(), "two");
  const Message bye = far_.Next();
  EXPECT_TRUE(bye.is("BYE"));
  EXPECT_EQ(bye.to.tag(), "two");
  far_.Say(Message::ResponseTo(bye, 200));
  far_.Say(Response(200, "one", true));
  EXPECT_TRUE(far_.Next().is("ACK")) << "a repeated 2xx means a lost ACK";
  EXPECT_EQ(far_.agent().live_calls(), 1u);
  EXPECT_FALSE(far_.Take<CallEnded>().has_value());
}

TEST_F(OutgoingTest, ReliableProvisionalResponsesAreAcknowledgedInOrder) {
  Message ringing = Response(180, "one");
  ringing.Add("Require", "100rel");
  ringing.Add("RSeq", "7");
  far_.Say(ringing);
  const Message prack = far_.Next();
  EXPECT_TRUE(prack.is("PRACK"));
  EXPECT_EQ(prack.Find("RAck"), "7 " + std::to_string(invite_.cseq.number) + " INVITE");
  far_.Say(ringing);
  EXPECT_EQ(far_.Next().method, "") << "once";
  Message later = Response(183, "one", true);
  later.Add("Require", "100rel");
  later.Add("RSeq", "9");
  far_.Say(later);
  EXPECT_FALSE(far_.Take<CallEarlyMedia>().has_value()) << "8 is missing";
}

TEST_F(OutgoingTest, RedirectionsAreRefusals) {
  far_.Say(Response(302, "one"));
  EXPECT_TRUE(far_.Next().is("ACK"));
  EXPECT_EQ(far_.Next().method, "");
  const auto ended = far_.Take<CallEnded>();
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->status, 302);
}

TEST_F(OutgoingTest, AnAnswerWithoutACommonCodecIsHungUp) {
  Message ok = Response(200, "one");
  ok.SetBody("application/sdp", FarEnd::Sdp("m=audio 4000 RTP/AVP 18\n"));
  far_.Say(ok);
  EXPECT_TRUE(far_.Next().is("ACK"));
  EXPECT_TRUE(far_.Next().is("BYE"));
  EXPECT_EQ(far_.Take<CallEnded>()->cause, CallEnded::Cause::kMedia);
}

TEST_F(OutgoingTest, ALongerSessionIsAgreedTo) {
  Message small = Response(422, "one");
  small.Add("Min-SE", "3600");
  far_.Say(small);
  EXPECT_TRUE(far_.Next().is("ACK"));
  const Message again = far_.Next();
  EXPECT_TRUE(again.is("INVITE"));
  EXPECT_EQ(again.Find("Session-Expires"), "3600");
  EXPECT_EQ(again.cseq.number, invite_.cseq.number + 1);
}

TEST_F(OutgoingTest, AChallengeFromWhoIsNoTrunkIsNotAnswered) {
  Message challenge = Response(401, "one");
  challenge.Add("WWW-Authenticate", "Digest realm=\"example.com\", nonce=\"n\"");
  far_.Say(challenge);
  EXPECT_TRUE(far_.Next().is("ACK"));
  EXPECT_EQ(far_.Next().method, "");
  EXPECT_EQ(far_.Take<CallEnded>()->status, 401);
}

TEST_F(UserAgentTest, AFloodOfInvitesCostsBoundedMemory) {
  far_.config.limits.calls = 50;
  far_.config.limits.strangers.remembered = 100;
  far_.agent();
  for (int i = 0; i < 5'000; ++i) {
    far_.call_id = "flood" + std::to_string(i);
    far_.flow.remote =
        SocketAddress::V4({10, 0, static_cast<uint8_t>(i >> 8), static_cast<uint8_t>(i)}, 5060);
    far_.Say(far_.Invite());
    while (far_.agent().PollOutput()) {
    }
    if (i % 100 == 0) far_.Pass(Duration::Millis(100));
  }
  EXPECT_LE(far_.agent().live_calls(), 50u);
  EXPECT_GT(far_.agent().counters().strangers_dropped, 4'000u);
  EXPECT_GT(far_.agent().counters().invites_refused, 0u);
}

TEST_F(UserAgentTest, OneAddressCannotTakeTheOthersShare) {
  for (int i = 0; i < 1'000; ++i) {
    far_.call_id = "flood" + std::to_string(i);
    far_.Say(far_.Invite());
  }
  EXPECT_LE(far_.agent().live_calls(), 10u);
  far_.flow.remote = SocketAddress::V4({10, 0, 0, 1}, 5060);
  far_.call_id = "honest";
  const size_t before = far_.agent().live_calls();
  far_.Say(far_.Invite());
  EXPECT_EQ(far_.agent().live_calls(), before + 1);
}

}  // namespace
}  // namespace parley::sip
