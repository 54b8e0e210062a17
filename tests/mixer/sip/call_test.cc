// Calls between two user agents of our own. What only a peer of another make would do is in
// user_agent_test.cc.

#include "mixer/sip/call.h"

#include <gtest/gtest.h>

#include "tests/mixer/sip/agent_world.h"

namespace parley::sip {
namespace {

constexpr size_t kLeft = AgentWorld::kLeft;
constexpr size_t kRight = AgentWorld::kRight;
using Cause = CallEnded::Cause;

class CallTest : public testing::Test {
 protected:
  void ExpectEnd(size_t side, Cause cause, int status = 0) {
    const auto ended = world_.Take<CallEnded>(side);
    ASSERT_TRUE(ended.has_value());
    EXPECT_EQ(ended->cause, cause);
    EXPECT_EQ(ended->status, status);
  }
  // After everything has had its time, nothing is left.
  void ExpectNothingLeft() {
    world_.Pass(Duration::Seconds(300));
    for (UserAgent* agent : {&world_.left(), &world_.right()}) {
      EXPECT_EQ(agent->calls(), 0u);
      EXPECT_EQ(agent->live_calls(), 0u);
      EXPECT_TRUE(agent->NextTimeout().IsNever());
    }
  }
  AgentWorld world_;
};

TEST_F(CallTest, RingsIsAnsweredAndHungUpByEither) {
  for (size_t who : {kLeft, kRight}) {
    const CallId out = world_.Dial();
    world_.Deliver();
    const auto incoming = world_.Take<IncomingCall>(kRight);
    ASSERT_TRUE(incoming.has_value());
    EXPECT_EQ(incoming->dialled, "1234");
    EXPECT_EQ(incoming->caller, "parley");
    world_.right().Ring(incoming->call, world_.now());
    world_.Deliver();
    EXPECT_TRUE(world_.Take<CallRinging>(kLeft).has_value());
    world_.right().Accept(incoming->call, AgentWorld::Audio(kRight), world_.now());
    world_.Deliver();
    const auto left = world_.Take<CallEstablished>(kLeft);
    const auto right = world_.Take<CallEstablished>(kRight);
    ASSERT_TRUE(left && right);
    EXPECT_EQ(left->audio.remote_rtp, AgentWorld::Audio(kRight).rtp);
    EXPECT_EQ(right->audio.remote_rtp, AgentWorld::Audio(kLeft).rtp);
    UserAgent& agent = *world_.side(who).agent;
    agent.Hangup(who == kLeft ? out : incoming->call, world_.now());
    world_.Deliver();
    ExpectEnd(who, Cause::kLocalHangup);
    ExpectEnd(1 - who, Cause::kRemoteHangup);
    ExpectNothingLeft();
  }
}

TEST_F(CallTest, ARejectionEndsItWithItsStatus) {
  world_.Dial();
  world_.Deliver();
  world_.right().Reject(world_.Take<IncomingCall>(kRight)->call, 404, world_.now());
  world_.Deliver();
  ExpectEnd(kLeft, Cause::kRefused, 404);
  EXPECT_EQ(world_.Count("ACK"), 1u);
  ExpectNothingLeft();
}

TEST_F(CallTest, HangingUpBeforeTheAnswerCancels) {
  const CallId out = world_.Dial();
  world_.Deliver();
  world_.left().Hangup(out, world_.now());
  world_.Deliver();
  ExpectEnd(kLeft, Cause::kLocalHangup);
  ExpectEnd(kRight, Cause::kCancelled, 487);
  EXPECT_EQ(world_.Count("CANCEL"), 1u);
  EXPECT_EQ(world_.Count(487), 1u);
  ExpectNothingLeft();
}

TEST_F(CallTest, ACancelWaitsForAProvisionalResponse) {
  world_.loses = [](const Message& message, size_t) { return message.status == 100; };
  const CallId out = world_.Dial();
  world_.Deliver();
  world_.left().Hangup(out, world_.now());
  world_.Deliver();
  EXPECT_EQ(world_.Count("CANCEL"), 0u);
  world_.loses = [](const Message&, size_t) { return false; };
  world_.Pass(Duration::Millis(600));
  EXPECT_EQ(world_.Count("CANCEL"), 1u);
  ExpectEnd(kRight, Cause::kCancelled, 487);
  ExpectNothingLeft();
}

TEST_F(CallTest, AnAnswerThatCrossesTheCancelIsAcknowledgedAndHungUp) {
  const CallId out = world_.Dial();
  world_.Deliver();
  const auto incoming = world_.Take<IncomingCall>(kRight);
  world_.right().Accept(incoming->call, AgentWorld::Audio(kRight), world_.now());
  world_.left().Hangup(out, world_.now());
  world_.Deliver();
  ExpectEnd(kLeft, Cause::kLocalHangup);
  ExpectEnd(kRight, Cause::kRemoteHangup);
  EXPECT_GE(world_.Count("ACK"), 1u);
  EXPECT_EQ(world_.Count("BYE"), 1u);
  ExpectNothingLeft();
}

TEST_F(CallTest, NobodyAnsweringIsATimeout) {
  world_.loses = [](const Message&, size_t) { return true; };
  world_.Dial();
  world_.Pass(Duration::Seconds(33));
  ExpectEnd(kLeft, Cause::kTimeout);
  EXPECT_EQ(world_.Count("INVITE"), 7u);
  ExpectNothingLeft();
}

TEST_F(CallTest, RingingForTooLongEndsOnBothSides) {
  world_.Dial();
  world_.Deliver();
  world_.right().Ring(world_.Take<IncomingCall>(kRight)->call, world_.now());
  world_.Pass(Duration::Seconds(181));
  EXPECT_TRUE(world_.Take<CallEnded>(kLeft).has_value());
  EXPECT_TRUE(world_.Take<CallEnded>(kRight).has_value());
  ExpectNothingLeft();
}

TEST_F(CallTest, ALostAckIsSentAgain) {
  int lost = 0;
  world_.loses = [&](const Message& message, size_t) { return message.is("ACK") && lost++ < 2; };
  world_.Establish();
  world_.Pass(Duration::Seconds(10));
  EXPECT_EQ(world_.Count("ACK"), 3u);
  EXPECT_EQ(world_.Count(200), 3u);
  EXPECT_EQ(world_.right().live_calls(), 1u);
}

TEST_F(CallTest, WithoutAnyAckTheCallIsHungUp) {
  world_.loses = [](const Message& message, size_t) { return message.is("ACK"); };
  world_.Establish();
  world_.Pass(Duration::Seconds(33));
  ExpectEnd(kRight, Cause::kTimeout);
  ExpectEnd(kLeft, Cause::kRemoteHangup);
  ExpectNothingLeft();
}

TEST_F(CallTest, HangingUpBeforeTheAckWaitsForIt) {
  world_.loses = [](const Message& message, size_t) { return message.is("ACK"); };
  const auto [out, in] = world_.Establish();
  world_.right().Hangup(in, world_.now());
  world_.Deliver();
  EXPECT_EQ(world_.Count("BYE"), 0u);
  world_.loses = [](const Message&, size_t) { return false; };
  world_.Pass(Duration::Seconds(1));
  EXPECT_EQ(world_.Count("BYE"), 1u);
  ExpectEnd(kLeft, Cause::kRemoteHangup);
  ExpectNothingLeft();
}

TEST_F(CallTest, AWireThatLosesAThirdStillCarriesCalls) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    AgentWorld world(seed);
    SeededRandom dice(seed);
    world.loses = [&](const Message&, size_t) { return dice.Below(3) == 0; };
    const CallId out = world.Dial();
    world.Pass(Duration::Seconds(8));
    const auto incoming = world.Take<IncomingCall>(kRight);
    if (incoming) {
      world.right().Ring(incoming->call, world.now());
      world.right().Accept(incoming->call, AgentWorld::Audio(kRight), world.now());
    }
    world.Pass(Duration::Seconds(20));
    // Three in a thousand calls die of ten losses in a row, which is as it should be.
    if (incoming && world.Take<CallEstablished>(kLeft)) {
      EXPECT_TRUE(world.Take<CallEstablished>(kRight).has_value());
      world.left().Hold(out, true, world.now());
      world.Pass(Duration::Seconds(20));
      world.left().Hangup(out, world.now());
    }
    world.Pass(Duration::Seconds(400));
    EXPECT_EQ(world.left().calls(), 0u);
    EXPECT_EQ(world.right().calls(), 0u);
    EXPECT_TRUE(world.Take<CallEnded>(kLeft).has_value());
    EXPECT_TRUE(!incoming || world.Take<CallEnded>(kRight).has_value());
  }
}

TEST_F(CallTest, HoldAndResumeReachTheOtherSide) {
  const auto [out, in] = world_.Establish();
  world_.left().Hold(out, true, world_.now());
  world_.Deliver();
  auto changed = world_.Take<CallMediaChanged>(kRight);
  ASSERT_TRUE(changed.has_value());
  EXPECT_TRUE(changed->held);
  EXPECT_FALSE(changed->audio.we_send);
  EXPECT_FALSE(world_.Take<CallMediaChanged>(kLeft)->audio.we_receive);
  world_.left().Hold(out, false, world_.now());
  world_.Deliver();
  changed = world_.Take<CallMediaChanged>(kRight);
  ASSERT_TRUE(changed.has_value());
  EXPECT_FALSE(changed->held);
  EXPECT_TRUE(changed->audio.we_send && changed->audio.we_receive);
}

TEST_F(CallTest, TheMediaMayMove) {
  const auto [out, in] = world_.Establish();
  const SocketAddress there = SocketAddress::V4({198, 51, 100, 9}, 30'000);
  world_.right().Move(in, there, world_.now());
  world_.Deliver();
  const auto changed = world_.Take<CallMediaChanged>(kLeft);
  ASSERT_TRUE(changed.has_value());
  EXPECT_EQ(changed->audio.remote_rtp, there);
}

TEST_F(CallTest, ChangesThatMeetAreTriedAgain) {
  const auto [out, in] = world_.Establish();
  world_.left().Move(out, SocketAddress::V4({192, 0, 2, 1}, 21'000), world_.now());
  world_.right().Move(in, SocketAddress::V4({192, 0, 2, 2}, 22'000), world_.now());
  world_.Pass(Duration::Seconds(6));
  EXPECT_GE(world_.Count(491), 1u);
  auto port_of = [&](size_t side) {
    uint16_t port = 0;
    while (const auto changed = world_.Take<CallMediaChanged>(side))
      port = changed->audio.remote_rtp.port();
    return port;
  };
  EXPECT_EQ(port_of(kLeft), 22'000);
  EXPECT_EQ(port_of(kRight), 21'000);
}

TEST_F(CallTest, EarlyMediaIsSentReliably) {
  world_.Dial();
  world_.Deliver();
  const auto incoming = world_.Take<IncomingCall>(kRight);
  int lost = 0;
  world_.loses = [&](const Message& message, size_t) {
    return message.status == 183 && lost++ < 2;
  };
  world_.right().Progress(incoming->call, AgentWorld::Audio(kRight), world_.now());
  world_.Pass(Duration::Seconds(3));
  EXPECT_EQ(world_.Count(183), 3u);
  EXPECT_EQ(world_.Count("PRACK"), 1u);
  ASSERT_TRUE(world_.Take<CallEarlyMedia>(kRight).has_value());
  const auto early = world_.Take<CallEarlyMedia>(kLeft);
  ASSERT_TRUE(early.has_value());
  EXPECT_EQ(early->audio.remote_rtp, AgentWorld::Audio(kRight).rtp);
  world_.right().Accept(incoming->call, AgentWorld::Audio(kRight), world_.now());
  world_.Deliver();
  EXPECT_TRUE(world_.Take<CallEstablished>(kLeft).has_value());
  EXPECT_TRUE(world_.Take<CallEstablished>(kRight).has_value());
}

TEST_F(CallTest, AnAnswerWaitsForTheEarlyOnesPrack) {
  world_.Dial();
  world_.Deliver();
  const auto incoming = world_.Take<IncomingCall>(kRight);
  world_.loses = [](const Message& message, size_t) { return message.is("PRACK"); };
  world_.right().Progress(incoming->call, AgentWorld::Audio(kRight), world_.now());
  world_.right().Accept(incoming->call, AgentWorld::Audio(kRight), world_.now());
  world_.Deliver();
  EXPECT_EQ(world_.Count(200), 0u);
  world_.loses = [](const Message&, size_t) { return false; };
  world_.Pass(Duration::Seconds(1));
  EXPECT_TRUE(world_.Take<CallEstablished>(kLeft).has_value());
}

TEST_F(CallTest, WithoutAnyPrackTheCallIsRefused) {
  world_.Dial();
  world_.Deliver();
  const auto incoming = world_.Take<IncomingCall>(kRight);
  world_.loses = [](const Message& message, size_t) { return message.is("PRACK"); };
  world_.right().Progress(incoming->call, AgentWorld::Audio(kRight), world_.now());
  world_.Pass(Duration::Seconds(33));
  ExpectEnd(kRight, Cause::kTimeout, 504);
  ExpectEnd(kLeft, Cause::kRefused, 504);
  ExpectNothingLeft();
}

TEST_F(CallTest, TheSessionIsRefreshedAsLongAsBothLive) {
  world_.Establish();
  world_.Pass(Duration::Seconds(4 * 3600));
  EXPECT_EQ(world_.left().live_calls(), 1u);
  EXPECT_EQ(world_.right().live_calls(), 1u);
  EXPECT_GE(world_.Count("UPDATE"), 12u);
  EXPECT_FALSE(world_.Take<CallMediaChanged>(kLeft).has_value());
}

TEST_F(CallTest, ASilentPeerIsFoundOut) {
  world_.Establish();
  world_.loses = [](const Message&, size_t) { return true; };
  world_.Pass(Duration::Seconds(1800));
  ExpectEnd(kLeft, Cause::kTimeout);
  ExpectEnd(kRight, Cause::kTimeout);
  ExpectNothingLeft();
}

TEST_F(CallTest, AReferIsAskedForAndAnsweredByNotify) {
  const auto [out, in] = world_.Establish();
  world_.left().Refer(out, Uri::Sip("other-room", "192.0.2.2"), world_.now());
  world_.Deliver();
  const auto referred = world_.Take<CallReferred>(kRight);
  ASSERT_TRUE(referred.has_value());
  EXPECT_EQ(referred->target.user, "other-room");
  world_.right().AnswerRefer(in, 200, world_.now());
  world_.Deliver();
  EXPECT_EQ(world_.Count(202), 1u);
  EXPECT_EQ(world_.Take<CallReferResult>(kLeft)->status, 200);
  world_.left().Refer(out, Uri::Sip("third", "192.0.2.2"), world_.now());
  world_.Deliver();
  world_.right().AnswerRefer(in, 404, world_.now());
  world_.Deliver();
  EXPECT_EQ(world_.Take<CallReferResult>(kLeft)->status, 404);
}

TEST_F(CallTest, AgreesWithSrtpEitherWay) {
  for (MediaSecurity security : {MediaSecurity::kSdes, MediaSecurity::kDtls}) {
    AudioOptions audio = AgentWorld::Audio(kLeft);
    audio.offer = security;
    audio.fingerprint = SdpFingerprint{"sha-256", std::vector<uint8_t>(32, 1)};
    world_.side(kRight).config.audio.fingerprint = audio.fingerprint;
    world_.Restart();
    world_.left().Invite(Uri::Sip("1", "192.0.2.2"), world_.side(kRight).flow, audio, world_.now());
    world_.Deliver();
    const auto incoming = world_.Take<IncomingCall>(kRight);
    ASSERT_TRUE(incoming.has_value());
    world_.right().Accept(incoming->call, world_.side(kRight).config.audio, world_.now());
    world_.Deliver();
    EXPECT_EQ(world_.Take<CallEstablished>(kLeft)->audio.security, security);
    EXPECT_EQ(world_.Take<CallEstablished>(kRight)->audio.security, security);
  }
}

TEST_F(CallTest, NoSharedCodecIsRefusedWithAWarning) {
  AudioOptions audio = AgentWorld::Audio(kLeft);
  audio.codecs = {AudioCodec::kG722};
  world_.side(kRight).config.audio.codecs = {AudioCodec::kPcmu};
  world_.Restart();
  world_.left().Invite(Uri::Sip("1", "192.0.2.2"), world_.side(kRight).flow, audio, world_.now());
  world_.Deliver();
  ExpectEnd(kLeft, Cause::kRefused, 488);
  EXPECT_FALSE(world_.Take<IncomingCall>(kRight).has_value());
  const auto refusal = std::ranges::find(world_.seen, 488, &Message::status);
  ASSERT_NE(refusal, world_.seen.end());
  EXPECT_EQ(refusal->Find("Warning"), "305 192.0.2.2 \"Incompatible media format\"");
  ExpectNothingLeft();
}

}  // namespace
}  // namespace parley::sip
