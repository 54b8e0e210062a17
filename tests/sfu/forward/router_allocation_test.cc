// Nothing on the packet's walk allocates, and a fan-out larger than the outbox loses nothing.

#include <gtest/gtest.h>

#include "tests/sfu/forward/camera.h"
#include "tests/sfu/forward/microphone.h"
#include "tests/sfu/forward/world.h"

namespace parley::testing {
namespace {

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define PARLEY_OWN_NEW_IS_NOT_CALLED 1
#endif
#endif

TEST(RouterAllocation, TenThousandPacketsAllocateNothing) {
#ifdef PARLEY_OWN_NEW_IS_NOT_CALLED
  GTEST_SKIP() << "the sanitizer has operator new for itself";
#endif
  World world(2);
  for (int peer = 1; peer <= 10; ++peer) {
    World::PeerOptions options;
    options.worker = peer % 2;
    world.Join(peer, options);
    if (peer > 1) world.Show(peer, 4, World::Camera(1));
    if (peer > 2) world.Show(peer, 5, World::Camera(2));
  }
  Camera ada(world, 1);
  Camera ben(world, 2);
  ada.set_interval(Duration::Millis(10));
  ben.set_interval(Duration::Millis(10));
  std::vector<Microphone> microphones;
  for (int peer = 1; peer <= 10; ++peer) microphones.emplace_back(world, peer);
  auto round = [&](int i) {
    ada.Frame();
    ben.Frame();
    world.RtpTurn(1, ada.Make(false));
    // Seats change hands all the while.
    for (int m = 0; m < 10; ++m) {
      microphones[static_cast<size_t>(m)].Speak((i / 100 + m) % 10 < 3 ? 20 : 80);
    }
  };
  ada.KeyFrame();
  ben.KeyFrame();
  for (int i = 0; i < 100; ++i) round(i);
  size_t packets = world.received_total();
  size_t allocations = world.allocations();
  size_t before = AllocationCount();
  auto probe = std::make_unique<int>(1);
  EXPECT_EQ(AllocationCount(), before + 1) << "the counter counts";
  for (int i = 0; i < 300; ++i) round(i);
  EXPECT_GT(world.received_total() - packets, 10'000u);
  EXPECT_EQ(world.allocations() - allocations, 0u);
}

TEST(RouterAllocation, AFanOutLargerThanTheOutboxIsCarriedOn) {
  World world(1, 8);
  world.Join(1);
  for (int peer = 2; peer <= 100; ++peer) {
    world.Join(peer);
    world.Show(peer, 4, World::Camera(1));
  }
  Camera camera(world, 1);
  camera.KeyFrame();
  camera.Frame();
  for (int peer = 2; peer <= 100; ++peer) EXPECT_EQ(world.Take(peer, 4).size(), 4u);
}

}  // namespace
}  // namespace parley::testing
