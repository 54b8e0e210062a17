// What a Router tells an operator of its transports.

#include <gtest/gtest.h>

#include "sfu/port/room_stats.h"
#include "tests/sfu/forward/camera.h"

namespace parley::testing {
namespace {

constexpr int kAda = 1;
constexpr int kBen = 2;
constexpr int kSlot = 4;

class RouterStatsTest : public ::testing::Test {
 protected:
  RouterStatsTest() {
    world.Join(kAda);
    world.Join(kBen);
  }
  PeerStats Of(int peer) {
    WorkerRoomStats stats;
    world.router(0).CollectStats(stats, world.now());
    for (const PeerStats& found : stats.peers) {
      if (found.transport == World::Transport(peer)) return found;
    }
    ADD_FAILURE() << "nothing of " << peer;
    return {};
  }
  static SourceStats CameraOf(const PeerStats& peer, int number) {
    for (const SourceStats& source : peer.sources) {
      if (source.source == World::Camera(number)) return source;
    }
    return {};
  }

  World world;
};

TEST_F(RouterStatsTest, RatesLossesAndWhoIsShown) {
  Camera camera(world, kAda);
  world.Show(kBen, kSlot, World::Camera(kAda), 360);
  camera.KeyFrame();
  for (int i = 0; i < 60; ++i) {
    if (i == 30) camera.Make(false);  // lost
    camera.Frame();
  }
  world.Advance(Duration::Seconds(3));
  for (int i = 0; i < 30; ++i) camera.Frame();

  const SourceStats source = CameraOf(Of(kAda), kAda);
  EXPECT_EQ(source.codec, Codec::kVp8);
  EXPECT_GE(source.key_frame_requests, 1u);
  ASSERT_EQ(source.encodings.size(), 1u);
  EXPECT_EQ(source.encodings[0].expected, 2 * 92);
  EXPECT_EQ(source.encodings[0].lost, 2);
  EXPECT_GT(source.encodings[0].rate, Bitrate::Kbps(20));

  const PeerStats ben = Of(kBen);
  ASSERT_EQ(ben.slots.size(), 1u);
  EXPECT_EQ(ben.slots[0].slot, kSlot);
  EXPECT_EQ(ben.slots[0].source, World::Camera(kAda));
  EXPECT_TRUE(ben.slots[0].live);
  EXPECT_FALSE(ben.slots[0].paused);
  EXPECT_EQ(ben.slots[0].packets, 2u * 91);
  EXPECT_EQ(ben.slots[0].pauses, 0u);
  EXPECT_EQ(ben.slots[0].switches, 1u);
  EXPECT_GT(ben.figures.downlink, Bitrate::Kbps(20));
  EXPECT_TRUE(Of(kAda).slots.empty());
}

TEST_F(RouterStatsTest, ARecordersTapIsNobodysFigure) {
  World::PeerOptions recorder;
  recorder.publishes = false;
  recorder.feed = FeedId(1);
  world.Join(3, recorder);
  WorkerRoomStats stats;
  world.router(0).CollectStats(stats, world.now());
  EXPECT_EQ(stats.peers.size(), 2u);
}

}  // namespace
}  // namespace parley::testing
