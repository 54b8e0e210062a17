#include "sfu/forward/audio_redundancy.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

class AudioRedundancyTest : public ::testing::Test {
 protected:
  // Reports of 50 packets each, one a second.
  void Report(float lost, int seconds) {
    for (int i = 0; i < seconds; ++i) {
      redundancy_.HandleReport(50, lost, now_);
      now_ = now_ + Duration::Seconds(1);
    }
  }

  AudioRedundancy redundancy_;
  Timestamp now_ = Timestamp::Seconds(1000);
};

TEST_F(AudioRedundancyTest, NothingLostNothingRepeated) {
  Report(0, 100);
  EXPECT_EQ(redundancy_.depth(), 0);
  Report(0.005F, 100);
  EXPECT_EQ(redundancy_.depth(), 0);
}

TEST_F(AudioRedundancyTest, TheMoreIsLostTheMoreIsRepeated) {
  Report(0.05F, 3);
  EXPECT_EQ(redundancy_.depth(), 1);
  Report(0.2F, 3);
  EXPECT_EQ(redundancy_.depth(), 2);
}

TEST_F(AudioRedundancyTest, OneLostAmongAFewIsNoRate) {
  redundancy_.HandleReport(3, 0.33F, now_);
  EXPECT_EQ(redundancy_.depth(), 0);
}

TEST_F(AudioRedundancyTest, ItGoesDownByStepsAfterTheLossIsLongOver) {
  Report(0.2F, 5);
  ASSERT_EQ(redundancy_.depth(), 2);
  Report(0, 5);
  EXPECT_EQ(redundancy_.depth(), 2);
  Report(0, 12);
  EXPECT_EQ(redundancy_.depth(), 1);
  Report(0, 20);
  EXPECT_EQ(redundancy_.depth(), 0);
}

TEST_F(AudioRedundancyTest, AWeakerLossKeepsIt) {
  Report(0.03F, 5);
  ASSERT_EQ(redundancy_.depth(), 1);
  Report(0.015F, 100);
  EXPECT_EQ(redundancy_.depth(), 1);
}

}  // namespace
}  // namespace parley
