#include "sfu/worker/parking.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>
#include <thread>

#include "sfu/base/spsc_ring.h"

namespace parley {
namespace {

TEST(Parking, WakesOnlyASleeperAndOnce) {
  Parking parking;
  EXPECT_FALSE(parking.Notify());
  parking.Park();
  EXPECT_TRUE(parking.Notify());
  EXPECT_FALSE(parking.Notify());
  pollfd p{parking.fd(), POLLIN, 0};
  EXPECT_EQ(poll(&p, 1, 0), 1);
  parking.Clear();
  EXPECT_EQ(poll(&p, 1, 0), 0);
}

// A consumer that sleeps whenever its ring is empty: a lost wake would leave it asleep for ever.
TEST(Parking, NoWakeIsLost) {
  constexpr int kItems = 20'000;
  SpscRing<int> ring(16);
  Parking parking;
  bool slept_in_vain = false;
  std::thread consumer([&] {
    for (int taken = 0; taken < kItems;) {
      int item;
      while (ring.TryPop(item)) ++taken;
      if (taken == kItems) break;
      parking.Park();
      if (ring.Empty()) {
        pollfd p{parking.fd(), POLLIN, 0};
        if (poll(&p, 1, 20'000) != 1) slept_in_vain = true;
        if (slept_in_vain) break;
      }
      parking.Unpark();
      parking.Clear();
    }
  });
  for (int i = 0; i < kItems;) {
    if (ring.TryPush(int{i})) {
      ++i;
      parking.Notify();
    } else {
      std::this_thread::yield();
    }
  }
  consumer.join();
  EXPECT_FALSE(slept_in_vain);
}

}  // namespace
}  // namespace parley
