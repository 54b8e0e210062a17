// How many encodings publishers are told to send: those that somebody is shown.

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "tests/sfu/forward/world.h"

namespace parley::testing {
namespace {

constexpr int kAda = 1;
constexpr int kBen = 2;
constexpr int kEve = 3;
constexpr int kSlot = 4;
constexpr std::array<uint16_t, 3> kHeights = {180, 360, 720};

using Told = std::vector<int>;

class DemandTest : public ::testing::TestWithParam<int> {
 protected:
  DemandTest() {
    World::PeerOptions three;
    three.encodings = 3;
    world.Join(kAda, three);
    World::PeerOptions viewer;
    viewer.worker = workers - 1;
    viewer.publishes = false;
    world.Join(kBen, viewer);
    world.Join(kEve, viewer);
    for (size_t e = 0; e < 3; ++e) {
      Vp8Packet& p = packets[e];
      p.ssrc = World::CameraSsrc(kAda, static_cast<int>(e));
      p.seq = SeqNum(100);
      p.mid = "1";
      p.rid = std::array{"q", "h", "f"}[e];
      p.height = kHeights[e];
      p.size = 200;
      p.frame_start = p.marker = true;
    }
  }
  // As a client that does what it is told. Returns what it was told.
  Told Run(Duration duration) {
    Told told;
    const Timestamp end = world.now() + duration;
    while (world.now() < end) {
      for (const Event& event : world.TakeEvents()) {
        const auto* demand = std::get_if<SourceDemand>(&event);
        if (!demand) continue;
        EXPECT_EQ(demand->source, World::Camera(kAda));
        EXPECT_EQ(demand->transport, World::Transport(kAda));
        told.push_back(sending = demand->encodings);
      }
      const bool key = world.TakeKeyFrameRequests(kAda) > 0;
      for (int e = 0; e < sending; ++e) {
        Vp8Packet& p = packets[static_cast<size_t>(e)];
        p.key_frame = key || e >= sent;
        world.Rtp(kAda, MakeVp8(p));
        p.seq = p.seq + 1;
        p.timestamp = p.timestamp + 2970;
        p.picture_id = (p.picture_id + 1) & 0x7FFF;
        ++p.tl0;
      }
      sent = sending;
      world.Advance(Duration::Millis(33));
    }
    return told;
  }
  const int workers = GetParam();
  World world{workers};
  std::array<Vp8Packet, 3> packets;
  int sending = 3;
  int sent = 3;
};

TEST_P(DemandTest, WhatNobodyIsShownNeedNotBeSent) {
  EXPECT_EQ(Run(Duration::Millis(3900)), Told{}) << "a while of patience";
  EXPECT_EQ(Run(Duration::Seconds(2)), Told{0});
  EXPECT_EQ(Run(Duration::Seconds(5)), Told{});
  world.Show(kBen, kSlot, World::Camera(kAda), 180);
  EXPECT_EQ(Run(Duration::Millis(100)), Told{1}) << "at once";
  Run(Duration::Millis(400));
  EXPECT_FALSE(world.Take(kBen, kSlot).empty());
  world.Show(kEve, kSlot, World::Camera(kAda), 720);
  EXPECT_EQ(Run(Duration::Millis(100)), Told{3});
  Run(Duration::Seconds(10));
  world.Show(kEve, kSlot, World::Camera(kAda), 360);
  EXPECT_EQ(Run(Duration::Seconds(6)), Told{2});
  world.Show(kEve, kSlot, SourceId());
  EXPECT_EQ(Run(Duration::Seconds(6)), Told{1});
  world.Leave(kBen);
  EXPECT_EQ(Run(Duration::Seconds(6)), Told{0});
}

TEST_P(DemandTest, TilesThatMoveStopNothing) {
  world.Show(kBen, kSlot, World::Camera(kAda), 720);
  EXPECT_EQ(Run(Duration::Seconds(6)), Told{});
  for (int i = 0; i < 5; ++i) {
    world.Show(kBen, kSlot, World::Camera(kAda), 180);
    EXPECT_EQ(Run(Duration::Seconds(3)), Told{});
    world.Show(kBen, kSlot, World::Camera(kAda), 720);
    EXPECT_EQ(Run(Duration::Seconds(1)), Told{});
  }
}

TEST_P(DemandTest, ASourceThatIsTurnedOffBeginsWholeAgain) {
  world.Show(kBen, kSlot, World::Camera(kAda), 180);
  EXPECT_EQ(Run(Duration::Seconds(6)), Told{1});
  world.Enable(kAda, World::Camera(kAda), false);
  EXPECT_EQ(Run(Duration::Millis(100)), Told{3});
  world.Enable(kAda, World::Camera(kAda), true);
  EXPECT_EQ(Run(Duration::Seconds(3)), Told{});
  EXPECT_EQ(Run(Duration::Seconds(2)), Told{1});
}

INSTANTIATE_TEST_SUITE_P(Workers, DemandTest, ::testing::Values(1, 2),
                         [](const auto& info) { return "on" + std::to_string(info.param); });

}  // namespace
}  // namespace parley::testing
