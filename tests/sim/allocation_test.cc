// The promise of the packet path: after the join a packet is received, decrypted, routed, encrypted
// and handed to the socket without a single allocation, on its own core and on another.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/sim/world.h"

namespace {

thread_local bool t_counting = false;
std::atomic<uint64_t> g_allocations{0};

void* CountedAllocate(size_t size) {
  if (t_counting) g_allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* p = std::malloc(size)) return p;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(size_t size) { return CountedAllocate(size); }
void* operator new[](size_t size) { return CountedAllocate(size); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t) noexcept { std::free(p); }
void operator delete[](void* p, size_t) noexcept { std::free(p); }

namespace parley::sim {
namespace {

TEST(Allocation, TheCounterCounts) {
  const uint64_t before = g_allocations;
  t_counting = true;
  auto* p = new int(1);
  t_counting = false;
  delete p;
  EXPECT_EQ(g_allocations - before, 1u);
}

TEST(Allocation, NoneForAForwardedPacket) {
  World world(7, 2);
  const size_t publisher = world.Join({.microphone = true, .camera = true, .video_slots = 0}, 0);
  for (int i = 0; i < 8; ++i) {
    // Half of them numbered, estimated and paced.
    const size_t viewer = world.Join({.video_slots = 1, .transport_cc = i < 4}, i % 2);
    world.Show(viewer, 0, publisher);
  }
  world.Run(Duration::Seconds(4));
  const auto forwarded = [&] {
    return world.metrics(0).router_packets_out.value() +
           world.metrics(1).router_packets_out.value();
  };
  const uint64_t before = forwarded();
  g_allocations = 0;
  world.before_engine = [] { t_counting = true; };
  world.after_engine = [] { t_counting = false; };
  // 8 viewers of 60 video and 50 audio packets a second.
  world.Run(Duration::Seconds(15));
  world.before_engine = world.after_engine = nullptr;
  EXPECT_GT(forwarded() - before, 10'000u);
  EXPECT_EQ(g_allocations, 0u);
}

}  // namespace
}  // namespace parley::sim
