#include "recorder/compose/pace.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

class PaceTest : public ::testing::Test {
 protected:
  // Ten seconds in which so many were made.
  int After(double made_seconds) {
    made_ = made_ + Duration::Millis(static_cast<int64_t>(made_seconds * 1000));
    for (int i = 0; i < 10; ++i) {
      passed_ = passed_ + Duration::Seconds(1);
      pace_.Note(made_, passed_);
    }
    return pace_.stride();
  }

  Pace pace_;
  Duration made_ = Duration::Zero();
  Duration passed_ = Duration::Zero();
};

TEST_F(PaceTest, MakesEveryPictureWhileItCan) {
  EXPECT_EQ(pace_.stride(), 1);
  EXPECT_EQ(After(40), 1);
  EXPECT_EQ(After(4), 1);
}

TEST_F(PaceTest, StepsDownStepByStepAndUpAgain) {
  EXPECT_EQ(After(2), 2);
  EXPECT_EQ(After(2), 3);
  EXPECT_EQ(After(0), 3) << "no further";
  EXPECT_EQ(After(5), 3) << "it is enough, and not more than that";
  EXPECT_EQ(After(11), 2);
  EXPECT_EQ(After(11), 1);
  EXPECT_EQ(After(11), 1);
}

TEST_F(PaceTest, LooksAtAWindowAndNotAtAMoment) {
  for (int second = 1; second < 10; ++second) {
    pace_.Note(Duration::Zero(), Duration::Seconds(second));
    EXPECT_EQ(pace_.stride(), 1);
  }
}

}  // namespace
}  // namespace parley
