#include "signaling/room/worker_balancer.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley {
namespace {

class WorkerBalancerTest : public testing::Test {
 protected:
  WorkerBalancerTest() { loads_.resize(3); }

  // So many seconds, in which the workers use these shares of a core; the orders given.
  std::vector<MoveOrder> Work(const std::vector<double>& shares, int seconds) {
    std::vector<MoveOrder> orders;
    for (int tick = 0; tick < 10 * seconds; ++tick) {
      now_ = now_ + Duration::Millis(100);
      for (size_t i = 0; i < shares.size(); ++i) {
        loads_[i].cpu_time =
            loads_[i].cpu_time + Duration::Micros(static_cast<int64_t>(100'000 * shares[i]));
      }
      if (const auto order = balancer_.Plan(loads_, now_)) orders.push_back(*order);
    }
    return orders;
  }

  WorkerBalancer balancer_;
  std::vector<WorkerLoad> loads_;
  Timestamp now_ = Timestamp::Seconds(1000);
};

TEST_F(WorkerBalancerTest, MovesHalfTheDifferenceToTheLeastBusy) {
  loads_[1].transports = 20;
  const auto orders = Work({0.5, 0.8, 0.3}, 25);
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].from, WorkerIndex(1));
  EXPECT_EQ(orders[0].to, WorkerIndex(2));
  // 0.04 each: six would be a quarter of a core.
  EXPECT_EQ(orders[0].most, WorkerBalancer::kMostAtOnce);
  loads_[1].transports = 10;
  Work({0.5, 0.8, 0.3}, 10);
  const auto next = Work({0.5, 0.8, 0.3}, 30);
  ASSERT_EQ(next.size(), 1u) << "it rests meanwhile";
  EXPECT_EQ(next[0].most, 3u);
}

TEST_F(WorkerBalancerTest, LeavesThemWhereTheyAreWhileNobodyIsBusyOrAllAre) {
  loads_[0].transports = loads_[1].transports = loads_[2].transports = 20;
  EXPECT_TRUE(Work({0.45, 0.1, 0}, 60).empty());
  EXPECT_TRUE(Work({0.9, 0.8, 0.7}, 60).empty());
}

TEST_F(WorkerBalancerTest, ADifferenceMustLast) {
  loads_[0].transports = 20;
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(Work({0.9, 0.1, 0.1}, 10).empty());
    EXPECT_TRUE(Work({0.2, 0.1, 0.1}, 5).empty());
  }
}

TEST_F(WorkerBalancerTest, OneBusyMeetingOfOneIsNotSentBackAndForth) {
  loads_[0].transports = 1;
  EXPECT_TRUE(Work({0.9, 0.1, 0.1}, 60).empty());
}

TEST_F(WorkerBalancerTest, NothingIsMovedToAWorkerThatIsDrained) {
  loads_[0].transports = 20;
  loads_[2].draining = true;
  const auto orders = Work({0.9, 0.2, 0}, 25);
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].to, WorkerIndex(1));
}

}  // namespace
}  // namespace parley
