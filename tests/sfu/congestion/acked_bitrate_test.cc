#include "sfu/congestion/acked_bitrate.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

class AckedBitrateTest : public ::testing::Test {
 protected:
  void Feed(Duration length, int64_t bytes_per_ms) {
    for (const Timestamp end = now_ + length; now_ < end; now_ = now_ + Duration::Millis(1)) {
      acked_.Add(now_, DataSize::Bytes(bytes_per_ms));
    }
  }

  AckedBitrate acked_;
  Timestamp now_ = Timestamp::Seconds(3);
};

TEST_F(AckedBitrateTest, KnowsNothingInTheFirstHalfSecond) {
  Feed(Duration::Millis(490), 100);
  EXPECT_FALSE(acked_.rate());
  Feed(Duration::Millis(60), 100);
  EXPECT_EQ(acked_.rate(), Bitrate::Kbps(800));
}

TEST_F(AckedBitrateTest, FollowsAChangeWithinItsWindowAndSoonerInTheRecentPart) {
  Feed(Duration::Seconds(2), 250);
  Feed(Duration::Millis(200), 25);
  EXPECT_EQ(acked_.recent(), Bitrate::Kbps(200));
  EXPECT_GT(*acked_.rate(), Bitrate::Kbps(1000));
  Feed(Duration::Millis(350), 25);
  EXPECT_EQ(acked_.rate(), Bitrate::Kbps(200));
}

TEST_F(AckedBitrateTest, APauseIsNotARateOfZero) {
  Feed(Duration::Seconds(1), 100);
  now_ = now_ + Duration::Seconds(5);
  Feed(Duration::Millis(100), 100);
  EXPECT_FALSE(acked_.rate());
  Feed(Duration::Millis(500), 100);
  EXPECT_EQ(acked_.rate(), Bitrate::Kbps(800));
}

TEST_F(AckedBitrateTest, LatePacketsCountWhereTimeStands) {
  Feed(Duration::Seconds(1), 100);
  acked_.Add(now_ - Duration::Millis(400), DataSize::Bytes(100));
  Feed(Duration::Millis(60), 100);
  EXPECT_GE(*acked_.rate(), Bitrate::Kbps(800));
  EXPECT_LE(*acked_.rate(), Bitrate::Kbps(802));
}

}  // namespace
}  // namespace parley
