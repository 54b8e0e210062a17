#include "sfu/congestion/bandwidth_estimator.h"

#include <gtest/gtest.h>

#include "tests/sfu/congestion/simulated_path.h"

namespace parley {
namespace {

TEST(BandwidthEstimator, IsAGuessUntilFeedbackComes) {
  BandwidthEstimator estimator;
  EXPECT_FALSE(estimator.known());
  EXPECT_EQ(estimator.estimate(), BandwidthEstimator::kStart);
  // Without feedback ever, the peer simply does not send it: nothing is lowered.
  for (int i = 0; i < 500; ++i) {
    estimator.HandleSent(DataSize::Bytes(1000), 0, Timestamp::Millis(1000 + 20 * i));
  }
  EXPECT_EQ(estimator.estimate(), BandwidthEstimator::kStart);
  EXPECT_FALSE(estimator.IsOverfull());
}

TEST(BandwidthEstimator, NumbersRunOn) {
  BandwidthEstimator estimator;
  for (int i = 0; i < 70'000; ++i) {
    ASSERT_EQ(estimator.next_seq(), SeqNum(static_cast<uint16_t>(i)));
    estimator.HandleSent(DataSize::Bytes(100), 0, Timestamp::Millis(i));
  }
}

TEST(BandwidthEstimator, AQueueThatFormedHoldsVideoBackUntilItHasDrained) {
  test::BottleneckProfile link;
  link.capacity = Bitrate::Kbps(2000);
  test::SimulatedPath path(link, 5);
  path.Run(Duration::Seconds(15));
  EXPECT_FALSE(path.estimator().IsOverfull());
  path.SetCapacity(Bitrate::Kbps(250));
  auto held = path.RunUntil([&] { return path.estimator().IsOverfull(); }, Duration::Seconds(3));
  ASSERT_TRUE(held);
  auto drained =
      path.RunUntil([&] { return !path.estimator().IsOverfull(); }, Duration::Seconds(5));
  EXPECT_TRUE(drained);
}

TEST(BandwidthEstimator, ANewPathIsAGuessAgainAndTheNumbersRunOn) {
  test::BottleneckProfile link;
  link.capacity = Bitrate::Kbps(2000);
  test::SimulatedPath path(link, 5);
  path.Run(Duration::Seconds(15));
  BandwidthEstimator estimator = path.estimator();
  ASSERT_GT(estimator.estimate(), BandwidthEstimator::kStart);
  const SeqNum next = estimator.next_seq();
  estimator.HandleNewPath();
  EXPECT_FALSE(estimator.known());
  EXPECT_EQ(estimator.estimate(), BandwidthEstimator::kStart);
  EXPECT_EQ(estimator.in_flight(), DataSize());
  EXPECT_EQ(estimator.next_seq(), next);
}

}  // namespace
}  // namespace parley
