// Packets of one turn: what several that arrived together become, against one after the other.

#include <gtest/gtest.h>

#include <utility>

#include "tests/sfu/forward/camera.h"
#include "tests/sfu/forward/world.h"

namespace parley::testing {
namespace {

constexpr int kAda = 1;
constexpr int kSlot = 4;

std::vector<Bytes> Frames(Camera& camera, int count, bool key_frame = false) {
  std::vector<Bytes> packets;
  for (int i = 0; i < count; ++i) {
    for (Bytes& packet : camera.Make(key_frame && i == 0)) packets.push_back(std::move(packet));
  }
  return packets;
}

void ExpectRun(const std::vector<Received>& packets, size_t count) {
  ASSERT_EQ(packets.size(), count);
  for (size_t i = 1; i < count; ++i) {
    EXPECT_EQ(packets[i].rtp().seq(), packets[i - 1].rtp().seq() + 1) << "at " << i;
  }
}

// A room in which peers 2.. watch the first one's camera.
void Watch(World& world, int subscribers) {
  world.Join(kAda);
  for (int peer = 2; peer < 2 + subscribers; ++peer) {
    world.Join(peer);
    world.Show(peer, kSlot, World::Camera(kAda));
  }
}

TEST(RouterTurn, WhatOneSubscriberGetsStandsTogether) {
  World world;
  Watch(world, 3);
  Camera camera(world, kAda);
  world.RtpTurn(kAda, Frames(camera, 2, true));
  EXPECT_EQ(world.TakeDepartures(), (std::vector<int>{2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4}));
  for (int peer : {2, 3, 4}) ExpectRun(world.Take(peer, kSlot), 4);
}

TEST(RouterTurn, ATurnLargerThanTheOutboxIsCarriedOnWhereItStopped) {
  World world(1, 7);
  Watch(world, 20);
  Camera camera(world, kAda);
  world.RtpTurn(kAda, Frames(camera, 10, true));
  for (int peer = 2; peer < 22; ++peer) ExpectRun(world.Take(peer, kSlot), 20);
}

TEST(RouterTurn, MoreArrivalsThanPlacesLeaveInSeveralRuns) {
  World world(1, 512, 3);
  Watch(world, 2);
  Camera camera(world, kAda);
  world.RtpTurn(kAda, Frames(camera, 5, true));
  for (int peer : {2, 3}) ExpectRun(world.Take(peer, kSlot), 10);
  EXPECT_EQ(world.TakeDepartures(),
            (std::vector<int>{2, 2, 2, 3, 3, 3, 2, 2, 2, 3, 3, 3, 2, 2, 2, 3, 3, 3, 2, 3}));
}

TEST(RouterTurn, AudioPassesVideoThatHasNotLeftYet) {
  World world(1, 8);
  Watch(world, 20);
  Camera camera(world, kAda);
  camera.KeyFrame();
  world.TakeDepartures();
  for (int peer = 2; peer < 22; ++peer) world.Take(peer, kSlot);

  world.RtpTurn(kAda, Frames(camera, 1), false);
  world.BeginFanOut(kAda);
  EXPECT_EQ(world.TakeDepartures(), (std::vector<int>{2, 2, 3, 3, 4, 4, 5, 5}));
  OpusPacket voice;
  voice.ssrc = World::MicrophoneSsrc(kAda);
  voice.level = 20;
  world.RtpTurn(kAda, {MakeOpus(voice)}, false);
  EXPECT_EQ(world.TakeDepartures().size(), 20u) << "to each, before the rest of the picture";
  EXPECT_TRUE(world.router(0).HasMore());
  EXPECT_TRUE(world.Take(21, kSlot).empty());

  world.RtpTurn(kAda, {});
  EXPECT_FALSE(world.router(0).HasMore());
  for (int peer = 2; peer < 21; ++peer) ExpectRun(world.Take(peer, kSlot), 2);
  EXPECT_EQ(world.Take(21, kSlot).size(), 2u);
}

TEST(RouterTurn, WhatComesWhileAFanOutIsUnderWayFollowsIt) {
  World world(1, 8);
  Watch(world, 20);
  Camera camera(world, kAda);
  camera.KeyFrame();
  world.RtpTurn(kAda, Frames(camera, 1), false);
  world.BeginFanOut(kAda);
  world.RtpTurn(kAda, Frames(camera, 1, true), false);
  world.BeginFanOut(kAda);
  world.RtpTurn(kAda, Frames(camera, 1));
  for (int peer = 2; peer < 22; ++peer) ExpectRun(world.Take(peer, kSlot), 8);
}

TEST(RouterTurn, ArrivalsWithoutAPlaceEndAFanOutThatWaits) {
  World world(1, 8, 3);
  Watch(world, 20);
  Camera camera(world, kAda);
  camera.KeyFrame();
  world.RtpTurn(kAda, Frames(camera, 1), false);
  world.BeginFanOut(kAda);
  EXPECT_TRUE(world.router(0).HasMore());
  world.RtpTurn(kAda, Frames(camera, 3));
  for (int peer = 2; peer < 22; ++peer) ExpectRun(world.Take(peer, kSlot), 10);
}

// Of those who begin anew meanwhile, some were offered the picture and some will be.
TEST(RouterTurn, WhoEntersWhileAFanOutIsUnderWayGetsEachPacketOnce) {
  World world(1, 80);
  Watch(world, 60);
  Camera camera(world, kAda);
  camera.KeyFrame();
  for (int peer = 2; peer < 62; ++peer) world.Take(peer, kSlot);
  world.RtpTurn(kAda, Frames(camera, 1), false);
  world.BeginFanOut(kAda);
  for (int peer : {2, 61}) {
    world.router(0).SetConnected(World::Transport(peer), false, world.now());
    world.router(0).SetConnected(World::Transport(peer), true, world.now());
  }
  EXPECT_EQ(world.Take(2, kSlot).size(), 2u) << "the picture";
  EXPECT_TRUE(world.Take(61, kSlot).empty());
  world.RtpTurn(kAda, Frames(camera, 1));
  ExpectRun(world.Take(2, kSlot), 6);
  ExpectRun(world.Take(61, kSlot), 6);
  EXPECT_EQ(world.TakeKeyFrameRequests(kAda), 0);
}

TEST(RouterTurn, SourcesOfOneTurnDoNotMix) {
  World world;
  for (int peer : {1, 2, 3}) world.Join(peer);
  world.Show(3, kSlot, World::Camera(1));
  world.Show(3, kSlot + 1, World::Camera(2));
  Camera ada(world, 1);
  Camera ben(world, 2);
  ada.KeyFrame();
  ben.KeyFrame();
  world.RtpTurn(1, Frames(ada, 1), false);
  world.RtpTurn(2, Frames(ben, 1));
  ExpectRun(world.Take(3, kSlot), 4);
  ExpectRun(world.Take(3, kSlot + 1), 4);
}

TEST(RouterTurn, AudioDoesNotWaitForTheEndOfTheTurn) {
  World world;
  Watch(world, 1);
  Camera camera(world, kAda);
  camera.KeyFrame();
  world.Take(2, kSlot);
  std::vector<Bytes> turn = Frames(camera, 1);
  OpusPacket voice;
  voice.ssrc = World::MicrophoneSsrc(kAda);
  voice.level = 20;
  turn.push_back(MakeOpus(voice));
  world.RtpTurn(kAda, turn, false);
  EXPECT_EQ(world.Take(2, 0).size(), 1u);
  EXPECT_TRUE(world.Take(2, kSlot).empty());
  world.RtpTurn(kAda, {});
  EXPECT_EQ(world.Take(2, kSlot).size(), 2u);
}

TEST(RouterTurn, AKeyFrameWhoseFirstPacketComesLastIsSentOnceAndInOrder) {
  World world;
  Watch(world, 1);
  Camera camera(world, kAda);
  camera.KeyFrame();
  world.Advance(Duration::Millis(600));  // too old to begin with
  world.Show(2, kSlot, SourceId());
  world.Show(2, kSlot, World::Camera(kAda));
  world.Take(2, kSlot);
  std::vector<Bytes> turn = Frames(camera, 2, true);
  std::swap(turn[0], turn[2]);  // third, second, first, fourth
  world.RtpTurn(kAda, turn);
  const auto packets = world.Take(2, kSlot);
  ExpectRun(packets, 4);
}

TEST(RouterTurn, AKeyFrameOfTheSameTurnIsNotAskedFor) {
  World world;
  Watch(world, 1);
  Camera camera(world, kAda);
  camera.KeyFrame();
  world.Advance(Duration::Seconds(1));
  world.TakeKeyFrameRequests(kAda);
  // Another SSRC: everybody has to wait for its key frame, which stands behind in the same turn.
  camera.packet().ssrc = World::CameraSsrc(kAda, 5);
  camera.packet().mid = "1";
  std::vector<Bytes> turn = Frames(camera, 1);
  for (Bytes& packet : Frames(camera, 1, true)) turn.push_back(std::move(packet));
  world.Take(2, kSlot);
  world.RtpTurn(kAda, turn);
  EXPECT_EQ(world.Take(2, kSlot).size(), 2u);
  EXPECT_EQ(world.TakeKeyFrameRequests(kAda), 0);
}

}  // namespace
}  // namespace parley::testing
