#include "sfu/base/packet_pool.h"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

#include "sfu/base/spsc_ring.h"

namespace parley {
namespace {

TEST(PacketPool, GivesAnEmptyPacketWithRoomAround) {
  PacketPool pool(4);
  PacketRef packet = pool.Allocate();
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet.size(), 0u);
  EXPECT_GE(packet.MutableBuffer().size(), kPacketCapacity + kPacketTailroom);
  packet.SetSize(kPacketCapacity);
  packet.MoveFront(-static_cast<ptrdiff_t>(kPacketHeadroom));
  EXPECT_EQ(packet.size(), kPacketCapacity + kPacketHeadroom);
  packet.MoveFront(100);
  EXPECT_EQ(packet.size(), kPacketCapacity + kPacketHeadroom - 100);
}

TEST(PacketPool, ExhaustionIsAnEmptyRefAndCounted) {
  PacketPool pool(2);
  PacketRef a = pool.Allocate();
  PacketRef b = pool.Allocate();
  EXPECT_FALSE(pool.Allocate());
  EXPECT_EQ(pool.exhausted(), 1u);
  EXPECT_EQ(pool.outstanding(), 2u);
  a.Reset();
  EXPECT_TRUE(pool.Allocate());
  EXPECT_EQ(pool.exhausted(), 1u);
}

TEST(PacketPool, FreedByTheLastReferenceOnly) {
  PacketPool pool(1);
  PacketPool::Scope owner(pool);
  PacketRef a = pool.Allocate();
  EXPECT_TRUE(a.unique());
  PacketRef b = a.Share();
  EXPECT_FALSE(a.unique());
  EXPECT_EQ(a.data(), b.data());
  a.Reset();
  EXPECT_TRUE(b.unique());
  EXPECT_FALSE(pool.Allocate());
  b.Reset();
  EXPECT_EQ(pool.outstanding(), 0u);
  EXPECT_TRUE(pool.Allocate());
}

TEST(PacketPool, MovesLeaveAnEmptyRef) {
  PacketPool pool(2);
  PacketRef a = pool.Allocate();
  PacketRef b = std::move(a);
  EXPECT_FALSE(a);  // NOLINT(bugprone-use-after-move): that is what is tested
  PacketRef c = pool.Allocate();
  c = std::move(b);
  pool.DrainReturned();
  EXPECT_EQ(pool.outstanding(), 1u);
}

TEST(PacketPoolDeathTest, WritingASharedPacketIsABug) {
  PacketPool pool(1);
  PacketRef a = pool.Allocate();
  PacketRef b = a.Share();
  EXPECT_DEATH(a.MutableData(), "unique");
}

TEST(PacketPoolDeathTest, APacketMayNotOutliveItsPool) {
  EXPECT_DEATH(
      {
        PacketRef leaked;
        PacketPool pool(1);
        leaked = pool.Allocate();
      },
      "outstanding");
}

// The owner writes, shares and sends; another thread reads and lets go; slabs come back over the
// return stack and are written again. ThreadSanitizer sees a wrong memory order here.
TEST(PacketPool, PacketsThatDieOnAnotherThreadComeBack) {
  constexpr uint32_t kPackets = 100'000;
  PacketPool pool(64);
  SpscRing<PacketRef> ring(32);
  std::thread reader([&ring] {
    bool intact = true;
    for (uint32_t seen = 0; seen < kPackets;) {
      const size_t n = ring.ConsumeBatch(16, [&](PacketRef&& ref) {
        PacketRef packet = std::move(ref);
        uint32_t first, last;
        std::memcpy(&first, packet.data(), 4);
        std::memcpy(&last, packet.data() + packet.size() - 4, 4);
        intact = intact && first == seen && last == seen;
        ++seen;
      });
      if (n == 0) std::this_thread::yield();
    }
    EXPECT_TRUE(intact);
  });
  {
    PacketPool::Scope owner(pool);
    for (uint32_t i = 0; i < kPackets;) {
      PacketRef packet = pool.Allocate();
      if (!packet) {
        std::this_thread::yield();
        continue;
      }
      packet.SetSize(1200);
      std::memcpy(packet.MutableData(), &i, 4);
      std::memcpy(packet.MutableData() + 1196, &i, 4);
      PacketRef kept = packet.Share();
      while (!ring.TryPush(std::move(packet))) std::this_thread::yield();
      ++i;
    }
    reader.join();
    pool.DrainReturned();
    EXPECT_EQ(pool.outstanding(), 0u);
  }
}

}  // namespace
}  // namespace parley
