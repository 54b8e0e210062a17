// One room over two cores.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <variant>

#include "tests/sfu/forward/camera.h"
#include "tests/sfu/forward/microphone.h"
#include "tests/sfu/forward/world.h"

namespace parley::testing {
namespace {

constexpr int kAda = 1;
constexpr int kBen = 2;
constexpr int kSlot = 4;

World::PeerOptions On(int worker) {
  World::PeerOptions options;
  options.worker = worker;
  return options;
}

TEST(RouterCores, VideoCrossesOnlyWhileSomebodyWatches) {
  World world(2);
  world.Join(kAda, On(0));
  world.Join(kBen, On(1));
  Camera camera(world, kAda);
  camera.KeyFrame();
  EXPECT_EQ(world.router(0).stats().packets_relayed, 0u);
  world.Show(kBen, kSlot, World::Camera(kAda));
  EXPECT_EQ(world.TakeKeyFrameRequests(kAda), 1) << "asked for over the cores at once";
  camera.KeyFrame();
  camera.Frame();
  EXPECT_EQ(world.Take(kBen, kSlot).size(), 4u);
  world.Show(kBen, kSlot, SourceId());
  uint64_t relayed = world.router(0).stats().packets_relayed;
  for (int i = 0; i < 10; ++i) camera.Frame();
  EXPECT_EQ(world.router(0).stats().packets_relayed, relayed);
}

TEST(RouterCores, APacketCrossesOnceForAllOfTheOtherCore) {
  World world(2);
  world.Join(kAda, On(0));
  for (int peer = 2; peer <= 9; ++peer) {
    world.Join(peer, On(1));
    world.Show(peer, kSlot, World::Camera(kAda));
  }
  Camera camera(world, kAda);
  camera.KeyFrame();
  for (int i = 0; i < 9; ++i) camera.Frame();
  EXPECT_EQ(world.router(0).stats().packets_relayed, 20u);
  for (int peer = 2; peer <= 9; ++peer) EXPECT_EQ(world.Take(peer, kSlot).size(), 20u);
}

TEST(RouterCores, ALostSubscriptionIsRepeated) {
  World world(2);
  world.Join(kAda, On(0));
  world.Join(kBen, On(1));
  Camera camera(world, kAda);
  camera.KeyFrame();
  world.set_relay_lost(true);
  world.Show(kBen, kSlot, World::Camera(kAda));
  world.set_relay_lost(false);
  EXPECT_EQ(world.TakeKeyFrameRequests(kAda), 0);
  world.Advance(Duration::Millis(60));
  camera.KeyFrame();
  EXPECT_EQ(world.Take(kBen, kSlot).size(), 2u);
}

TEST(RouterCores, EverybodyHearsTheThreeLoudestOfAllCores) {
  World world(2);
  for (int peer = 1; peer <= 10; ++peer) world.Join(peer, On(peer % 2));
  std::vector<Microphone> microphones;
  for (int peer = 1; peer <= 10; ++peer) microphones.emplace_back(world, peer);
  auto speak = [&](int rounds) {
    for (int round = 0; round < rounds; ++round) {
      for (int i = 0; i < 10; ++i) microphones[static_cast<size_t>(i)].Speak(i < 3 ? 20 : 95);
      world.Advance(Duration::Millis(20));
    }
  };
  speak(300);
  for (int peer = 1; peer <= 10; ++peer) {
    for (int slot = 0; slot < 3; ++slot) world.Take(peer, slot);
  }
  speak(20);
  for (int peer = 1; peer <= 10; ++peer) {
    std::set<uint32_t> heard;
    for (int slot = 0; slot < 3; ++slot) {
      for (const Received& r : world.Take(peer, slot)) heard.insert(r.rtp().csrc(0));
    }
    std::set<uint32_t> expected{11, 21, 31};
    expected.erase(World::Microphone(peer).value());
    EXPECT_EQ(heard, expected) << "peer " << peer;
  }
}

TEST(RouterCores, NoAudioCrossesToACoreWithoutListeners) {
  World world(2);
  world.Join(kAda, On(0));
  Microphone m(world, kAda);
  for (int i = 0; i < 10; ++i) m.Speak(20);
  EXPECT_EQ(world.router(0).stats().packets_relayed, 0u);
  world.Join(kBen, On(1));
  for (int i = 0; i < 10; ++i) m.Speak(20);
  EXPECT_EQ(world.router(0).stats().packets_relayed, 10u);
  world.Leave(kBen);
  for (int i = 0; i < 10; ++i) m.Speak(20);
  EXPECT_EQ(world.router(0).stats().packets_relayed, 10u);
}

TEST(RouterCores, ARouterThatIsMadeLateLearnsOfListeners) {
  World world(2);
  world.Join(kAda, On(0));
  world.set_relay_lost(true);
  world.Join(kBen, On(1));
  world.set_relay_lost(false);
  Microphone m(world, kAda);
  world.Advance(Duration::Millis(1100));
  for (int i = 0; i < 10; ++i) m.Speak(20);
  EXPECT_EQ(world.Take(kBen, 0).size(), 10u);
}

TEST(RouterCores, ASourceMovesToAnotherCoreWithItsTransport) {
  World world(2);
  world.Join(kAda, On(0));
  world.Join(kBen, On(1));
  world.Show(kBen, kSlot, World::Camera(kAda));
  Camera before(world, kAda);
  before.KeyFrame();
  before.Frame();
  EXPECT_EQ(world.Take(kBen, kSlot).size(), 4u);
  world.router(0).RemoveTransport(World::Transport(kAda), world.now());
  world.Join(kAda, On(1));
  Camera after(world, kAda, SeqNum(3), RtpTimestamp(9), 1000);
  after.Frame();
  EXPECT_TRUE(world.Take(kBen, kSlot).empty());
  after.KeyFrame();
  after.Frame();
  EXPECT_EQ(world.Take(kBen, kSlot).size(), 4u);
}

constexpr int kCat = 3;

bool SpeakersWereTold(World& world) {
  return std::ranges::any_of(world.TakeEvents(), [](const Event& event) {
    return std::holds_alternative<SpeakersChanged>(event);
  });
}

// Its new peer connection stands beside the old one, which goes when the new one is in use.
TEST(RouterCores, AVoiceGoesOnWhileItsSourceMovesToAnotherCore) {
  World world(2);
  world.Join(kAda, On(0));
  world.Join(kBen, On(1));
  world.Join(kCat, On(0));
  Microphone before(world, kAda);
  Microphone after(world, kAda, SeqNum(40000), RtpTimestamp(77));
  std::map<int, SeqNum> last;
  const auto speak = [&](Microphone& microphone, size_t packets) {
    for (size_t i = 0; i < packets; ++i) {
      microphone.Speak(20);
      world.Advance(Duration::Millis(20));
    }
    for (const int peer : {kBen, kCat}) {
      const auto heard = world.Take(peer, 0);
      ASSERT_EQ(heard.size(), packets) << "peer " << peer;
      for (const Received& packet : heard) {
        const SeqNum seq = packet.rtp().seq();
        if (last.contains(peer)) {
          EXPECT_EQ(seq - last[peer], 1) << "peer " << peer;
        }
        last[peer] = seq;
      }
    }
    EXPECT_TRUE(world.Take(kAda, 0).empty()) << "herself";
  };
  speak(before, 20);
  world.TakeEvents();
  world.Join(kAda, On(1));
  speak(after, 20);
  world.router(0).RemoveTransport(World::Transport(kAda), world.now());
  speak(after, 20);
  EXPECT_FALSE(SpeakersWereTold(world)) << "the seat was given away";
}

TEST(RouterCores, ATransportThatItsSourceNeverMovedToTakesNothingWithIt) {
  World world(2);
  world.Join(kAda, On(0));
  world.Join(kBen, On(1));
  Microphone m(world, kAda);
  m.Speak(20);
  EXPECT_EQ(world.Take(kBen, 0).size(), 1u);
  world.TakeEvents();
  TransportParams params;
  params.producers.emplace_back().source = World::Microphone(kAda);
  const TransportId beside(99);
  world.router(1).AddTransport(beside, TransportHandle(99), params, world.now());
  world.router(1).RemoveTransport(beside, world.now());
  m.Speak(20);
  EXPECT_EQ(world.Take(kBen, 0).size(), 1u);
  EXPECT_FALSE(SpeakersWereTold(world));
}

}  // namespace
}  // namespace parley::testing
