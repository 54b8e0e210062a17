#include "sfu/congestion/loss_estimator.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace parley {
namespace {

constexpr Bitrate kDelayBased = Bitrate::Kbps(3000);

class LossEstimatorTest : public ::testing::Test {
 protected:
  // One observation at that rate, of packets of 1,000 bytes.
  void Observe(Bitrate rate, double loss) {
    const int64_t packets = (rate * LossEstimator::kObservation).bytes() / 1000;
    SentPackets::Summary summary;
    summary.settled_lost = static_cast<int>(static_cast<double>(packets) * loss + 0.5);
    summary.settled_kept = static_cast<int>(packets) - summary.settled_lost;
    summary.settled_size = DataSize::Bytes(packets * 1000);
    summary.first_settled = now_;
    now_ = now_ + LossEstimator::kObservation;
    summary.last_settled = now_;
    estimator_.Update(summary, rate * (1 - loss), kDelayBased);
  }
  Bitrate Usable() const { return std::min(estimator_.estimate(), kDelayBased); }

  LossEstimator estimator_;
  Timestamp now_ = Timestamp::Seconds(1);
};

TEST_F(LossEstimatorTest, NoLossIsNoLimit) {
  for (int i = 0; i < 40; ++i) Observe(Bitrate::Kbps(1500), 0);
  EXPECT_EQ(estimator_.estimate(), Bitrate::Unlimited());
  EXPECT_EQ(estimator_.loss(), 0);
}

TEST_F(LossEstimatorTest, LossThatTheRateDoesNotChangeIsInherent) {
  for (int i = 0; i < 100; ++i) Observe(Bitrate::Kbps(i % 4 < 2 ? 800 : 1600), 0.08);
  EXPECT_GE(Usable(), Bitrate::Kbps(2000));
  EXPECT_NEAR(estimator_.inherent_loss(), 0.08, 0.02);
}

TEST_F(LossEstimatorTest, LossThatGrowsWithTheRateIsCongestion) {
  // A link of 1 Mb/s without a queue.
  Bitrate rate = Bitrate::Kbps(1000);
  int64_t sent = 0;
  int64_t lost = 0;
  for (int i = 0; i < 200; ++i) {
    const double loss = std::max(0.0, 1 - 1'000'000.0 / static_cast<double>(rate.bps()));
    Observe(rate, loss);
    if (i >= 40) {
      sent += rate.bps();
      lost += static_cast<int64_t>(static_cast<double>(rate.bps()) * loss);
    }
    rate = std::clamp(Usable(), Bitrate::Kbps(300), rate * 1.1);
  }
  EXPECT_LE(static_cast<double>(lost) / static_cast<double>(sent), 0.06);
  EXPECT_GE(rate, Bitrate::Kbps(700));
}

TEST_F(LossEstimatorTest, HeavyLossAtAHighRateIsNotBelievedToBeInherent) {
  Bitrate rate = Bitrate::Kbps(2500);
  for (int i = 0; i < 60; ++i) {
    Observe(rate, 0.3);
    rate = std::min(Usable(), rate);
  }
  EXPECT_LE(rate, Bitrate::Kbps(1000));
  EXPECT_GE(rate, Bitrate::Kbps(100));
}

TEST_F(LossEstimatorTest, ALimitIsLiftedStepByStepOnceNothingIsLost) {
  for (int i = 0; i < 40; ++i) Observe(Bitrate::Kbps(2500), 0.5);
  const Bitrate low = estimator_.estimate();
  ASSERT_LT(low, Bitrate::Kbps(2000));
  for (size_t i = 0; i < LossEstimator::kWindow + 1; ++i) Observe(Bitrate::Kbps(400), 0);
  EXPECT_GT(estimator_.estimate(), low);
  for (int i = 0; i < 100; ++i) Observe(Bitrate::Kbps(400), 0);
  EXPECT_GE(estimator_.estimate(), kDelayBased);
}

TEST_F(LossEstimatorTest, AProbeRaisesALimit) {
  for (int i = 0; i < 40; ++i) Observe(Bitrate::Kbps(2500), 0.5);
  estimator_.Raise(Bitrate::Kbps(2222));
  EXPECT_EQ(estimator_.estimate(), Bitrate::Kbps(2222));
  estimator_.Raise(Bitrate::Kbps(100));
  EXPECT_EQ(estimator_.estimate(), Bitrate::Kbps(2222));
}

}  // namespace
}  // namespace parley
