#include "sfu/congestion/application_limit.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

constexpr Bitrate kEstimate = Bitrate::Kbps(1000);

class ApplicationLimitTest : public ::testing::Test {
 protected:
  void Send(Bitrate rate, Duration length) {
    for (const Timestamp end = now_ + length; now_ < end; now_ = now_ + Duration::Millis(10)) {
      limit_.HandleSent(rate * Duration::Millis(10), kEstimate, now_);
    }
  }

  ApplicationLimit limit_;
  Timestamp now_ = Timestamp::Seconds(1);
};

TEST_F(ApplicationLimitTest, ALittleIsLimitedByUsAndAboutTheEstimateIsNot) {
  Send(Bitrate::Kbps(900), Duration::Seconds(3));
  EXPECT_FALSE(limit_.IsLimited(now_));
  Send(Bitrate::Kbps(200), Duration::Seconds(3));
  EXPECT_TRUE(limit_.IsLimited(now_));
  Send(Bitrate::Kbps(900), Duration::Seconds(2));
  EXPECT_FALSE(limit_.IsLimited(now_));
}

TEST_F(ApplicationLimitTest, SilenceIsALimitToo) {
  Send(Bitrate::Kbps(900), Duration::Seconds(1));
  EXPECT_TRUE(limit_.IsLimited(now_ + Duration::Seconds(2)));
}

}  // namespace
}  // namespace parley
