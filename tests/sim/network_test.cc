#include "tests/sim/network.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley::sim {
namespace {

constexpr uint8_t kByte[] = {1};

std::vector<uint64_t> Arrivals(Network& network, Timestamp until) {
  std::vector<uint64_t> arrivals;
  while (const auto delivery = network.Receive(until)) arrivals.push_back(delivery->bytes[0]);
  return arrivals;
}

TEST(Network, DeliversAfterTheDelayInOrder) {
  Network network(1);
  for (uint8_t i = 0; i < 3; ++i) network.Send({}, 7, {}, {&i, 1}, Timestamp());
  EXPECT_FALSE(network.Receive(Timestamp::Millis(19)));
  EXPECT_EQ(network.NextArrival(), Timestamp::Millis(20));
  EXPECT_EQ(Arrivals(network, Timestamp::Millis(20)), (std::vector<uint64_t>{0, 1, 2}));
}

TEST(Network, LosesAndDuplicatesTheShareAskedFor) {
  Network network(2);
  const LinkProfile link{.loss = 0.1, .duplication = 0.05};
  for (int i = 0; i < 20'000; ++i) network.Send(link, 1, {}, kByte, Timestamp());
  EXPECT_NEAR(static_cast<double>(network.counters().lost), 2000, 200);
  EXPECT_NEAR(static_cast<double>(network.counters().duplicated), 900, 150);
  EXPECT_EQ(Arrivals(network, Timestamp::Seconds(1)).size(),
            20'000 - network.counters().lost + network.counters().duplicated);
}

TEST(Network, JitterReorders) {
  Network network(3);
  const LinkProfile link{.jitter = Duration::Millis(10)};
  for (int i = 0; i < 1000; ++i) {
    network.Send(link, 1, {}, kByte, Timestamp::Millis(i));
  }
  EXPECT_EQ(Arrivals(network, Timestamp::Seconds(3)).size(), 1000u);
  EXPECT_GT(network.counters().reordered, 100u);
}

TEST(Network, ADownLinkDeliversNothing) {
  Network network(4);
  network.Send({.down = true}, 1, {}, kByte, Timestamp());
  EXPECT_TRUE(network.NextArrival().IsNever());
}

}  // namespace
}  // namespace parley::sim
