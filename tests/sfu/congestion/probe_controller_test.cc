#include "sfu/congestion/probe_controller.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

class ProbeControllerTest : public ::testing::Test {
 protected:
  std::optional<ProbeCluster> Poll(bool congested = false) {
    return probes_.Poll({estimate_, wanted_, congested, Duration::Millis(50)}, now_);
  }
  // How long until the next probe.
  Duration Wait(std::optional<ProbeCluster>& cluster) {
    const Timestamp begin = now_;
    while (!(cluster = Poll()) && now_ - begin < Duration::Seconds(60)) {
      now_ = now_ + Duration::Millis(25);
    }
    return now_ - begin;
  }
  // Takes the two initial steps, both in vain.
  void PassStart() {
    for (int i = 0; i < 2; ++i) probes_.HandleResult(Poll()->id, estimate_, now_);
  }

  ProbeController probes_;
  Bitrate estimate_ = Bitrate::Kbps(600);
  Bitrate wanted_ = Bitrate::Kbps(5000);
  Timestamp now_ = Timestamp::Seconds(1);
};

TEST_F(ProbeControllerTest, StartsByThreeTimesAndGoesOnWhileItSucceeds) {
  auto first = Poll();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->rate, Bitrate::Kbps(1800));
  EXPECT_FALSE(Poll());  // its result is awaited
  estimate_ = Bitrate::Kbps(1800);
  probes_.HandleResult(first->id, estimate_, now_);
  auto second = Poll();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->rate, Bitrate::Kbps(3600));
  EXPECT_NE(second->id, first->id);
  estimate_ = Bitrate::Kbps(3600);
  probes_.HandleResult(second->id, estimate_, now_);
  EXPECT_EQ(Poll()->rate, Bitrate::Kbps(7200));
}

TEST_F(ProbeControllerTest, GoesNoFurtherThanCanBeUsed) {
  wanted_ = Bitrate::Kbps(800);
  EXPECT_EQ(Poll()->rate, Bitrate::Kbps(1200));
  ProbeController content;
  EXPECT_FALSE(content.Poll({Bitrate::Kbps(1200), wanted_, false, Duration::Millis(50)}, now_));
}

TEST_F(ProbeControllerTest, EachFailureDoublesTheWait) {
  PassStart();
  std::optional<ProbeCluster> cluster;
  Duration last;
  for (int i = 0; i < 5; ++i) {
    last = Wait(cluster);
    EXPECT_LE(last, ProbeController::kMostInterval);
    EXPECT_EQ(cluster->rate, Bitrate::Kbps(1200));
    probes_.HandleResult(cluster->id, Bitrate::Kbps(620), now_);
  }
  EXPECT_EQ(last, ProbeController::kMostInterval);
}

TEST_F(ProbeControllerTest, AProbeWithoutAResultIsFollowedByALongerOne) {
  auto first = Poll();
  std::optional<ProbeCluster> second;
  EXPECT_GT(Wait(second), Duration::Seconds(1));
  EXPECT_EQ(second->least_size.bytes(),
            (second->rate * (ProbeController::kLeastLength * 3)).bytes());
  EXPECT_EQ(first->least_size, first->rate * ProbeController::kLeastLength);
}

TEST_F(ProbeControllerTest, WaitsWhileTheQueueGrows) {
  EXPECT_FALSE(Poll(true));
  EXPECT_TRUE(Poll(false));
}

TEST_F(ProbeControllerTest, TriesWhatADropTookSoonAfterIt) {
  PassStart();
  probes_.HandleDrop(Bitrate::Kbps(2000), now_);
  std::optional<ProbeCluster> cluster;
  EXPECT_LE(Wait(cluster), Duration::Seconds(3));
  EXPECT_EQ(cluster->rate, Bitrate::Kbps(1700));
}

TEST_F(ProbeControllerTest, AfterADeepDropTriesNoMoreThanThreeTimesWhatIsLeft) {
  PassStart();
  probes_.HandleDrop(Bitrate::Kbps(4000), now_);
  estimate_ = Bitrate::Kbps(250);
  std::optional<ProbeCluster> cluster;
  EXPECT_LE(Wait(cluster), Duration::Seconds(3));
  EXPECT_EQ(cluster->rate, Bitrate::Kbps(750));
}

TEST_F(ProbeControllerTest, AStepThatDidNotLastIsAFailure) {
  auto first = Poll();
  probes_.HandleResult(first->id, first->rate, now_);
  probes_.HandleResult(Poll()->id, Bitrate::Kbps(3600), now_);
  // The losses or the delay took it back: the estimate is where it was.
  EXPECT_FALSE(Poll());
}

TEST_F(ProbeControllerTest, ResultsOfOlderProbesChangeNothing) {
  auto first = Poll();
  probes_.HandleResult(static_cast<ProbeId>(first->id + 1), Bitrate::Kbps(5000), now_);
  EXPECT_FALSE(Poll());
}

}  // namespace
}  // namespace parley
