#include "recorder/live/live_ladder.h"

#include <gtest/gtest.h>

#include <string>

namespace parley::testing {
namespace {

constexpr Duration kNotLate = Duration::Zero();

class LiveLadderTest : public ::testing::Test {
 protected:
  // `share` of the time at work.
  void Pass(int windows, double share, Duration late = kNotLate) {
    for (int i = 0; i < windows; ++i) {
      passed_ = passed_ + LiveLadder::kWindow;
      worked_ = worked_ + Duration::Micros(static_cast<int64_t>(
                              static_cast<double>(LiveLadder::kWindow.us()) * share));
      ladder_.Note(worked_, passed_, late);
    }
  }
  LiveLadder ladder_{720};
  Duration passed_ = Duration::Zero();
  Duration worked_ = Duration::Zero();
};

TEST_F(LiveLadderTest, StepsDownUnderPressureToFewerPicturesThenPresetThenCanvas) {
  EXPECT_EQ(ladder_.rung(), (LiveRung{1, "veryfast", 720}));
  Pass(1, 0.95);
  EXPECT_EQ(ladder_.rung().stride, 2);
  EXPECT_EQ(ladder_.rung().height, 720);
  Pass(1, 0.95);
  EXPECT_EQ(std::string(ladder_.rung().preset), "superfast");
  Pass(1, 0.95);
  EXPECT_EQ(ladder_.rung().height, 540);
  Pass(5, 1.0);
  EXPECT_EQ(std::string(ladder_.rung().preset), "ultrafast");
  EXPECT_EQ(ladder_.rung().height, 360);
  EXPECT_EQ(ladder_.rung().stride, 3);
}

TEST_F(LiveLadderTest, StepsDownWhenItFallsBehindTheClock) {
  Pass(1, 0.6, Duration::Millis(1500));
  EXPECT_EQ(ladder_.steps_down(), 1u);
}

TEST_F(LiveLadderTest, StepsUpAgainWhenThereWasRoomForLong) {
  Pass(2, 0.95);
  Pass(LiveLadder::kCalm - 1, 0.2);
  EXPECT_EQ(ladder_.steps_down(), 2u);
  Pass(1, 0.6);
  Pass(LiveLadder::kCalm - 1, 0.2);
  EXPECT_EQ(ladder_.steps_down(), 2u) << "busy in between";
  Pass(1, 0.2);
  EXPECT_EQ(ladder_.steps_down(), 1u);
  Pass(LiveLadder::kCalm, 0.2);
  EXPECT_EQ(ladder_.steps_down(), 0u);
  Pass(3 * LiveLadder::kCalm, 0.2);
  EXPECT_EQ(ladder_.steps_down(), 0u);
}

TEST_F(LiveLadderTest, StaysWhereItCanKeepUp) {
  Pass(50, 0.7);
  EXPECT_EQ(ladder_.steps_down(), 0u);
}

}  // namespace
}  // namespace parley::testing
