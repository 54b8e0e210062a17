#include "sfu/forward/screen_cost.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

constexpr Timestamp kStart = Timestamp::Seconds(1000);
constexpr Duration kSecond = Duration::Seconds(1);

class ScreenCostTest : public testing::Test {
 protected:
  // A picture in packets of 1,000 bytes, and a second later.
  void Picture(size_t kilobytes) {
    timestamp_ = timestamp_ + 90'000;
    for (size_t i = 0; i < kilobytes; ++i) cost_.Add(timestamp_, 1000, now_);
    now_ = now_ + kSecond;
  }
  int64_t Kbps(Duration within) { return cost_.Cost(within, now_).kbps(); }

  ScreenCost cost_;
  Timestamp now_ = kStart;
  RtpTimestamp timestamp_{0xFFFF0000};
};

TEST_F(ScreenCostTest, NothingBeforeThereIsAnything) { EXPECT_EQ(Kbps(kSecond), 0); }

TEST_F(ScreenCostTest, ASlideIsRememberedForHalfAMinuteAndForgottenWithinOne) {
  Picture(1);
  Picture(60);
  EXPECT_EQ(Kbps(kSecond), 480);
  EXPECT_EQ(Kbps(kSecond * 2), 240);
  for (int i = 0; i < 30; ++i) Picture(1);
  EXPECT_EQ(Kbps(kSecond), 480);
  for (int i = 0; i < 30; ++i) Picture(1);
  EXPECT_EQ(Kbps(kSecond), 8);
}

// Or two key frames that were asked for one after the other would be taken for a larger slide.
TEST_F(ScreenCostTest, TwoPicturesWithinASecondAreNotOne) {
  for (int i = 0; i < 2; ++i) {
    Picture(30);
    now_ = now_ - Duration::Millis(900);
  }
  EXPECT_EQ(Kbps(kSecond), 240);
}

TEST_F(ScreenCostTest, WhatFollowsEachOtherCostsItsMean) {
  for (int i = 0; i < 40; ++i) {
    Picture(10);
    now_ = now_ - Duration::Millis(900);
  }
  EXPECT_EQ(Kbps(kSecond), 800);
}

TEST_F(ScreenCostTest, APacketThatComesLateIsNoPictureOfItsOwn) {
  Picture(20);
  const RtpTimestamp old = timestamp_;
  Picture(10);
  cost_.Add(old, 1000, now_);
  cost_.Add(timestamp_, 1000, now_);
  EXPECT_EQ(Kbps(kSecond), 160);
}

TEST_F(ScreenCostTest, AStreamThatBeginsAnewIsFollowed) {
  Picture(10);
  timestamp_ = timestamp_ + -1'000'000'000;
  Picture(20);
  EXPECT_EQ(Kbps(kSecond), 160);
}

// Chromium repeats a still picture each second; an encoding that the publisher's link has no room
// for sends nothing.
TEST_F(ScreenCostTest, WhatIsSilentIsNotBeingSent) {
  Picture(60);
  now_ = now_ + kSecond;
  EXPECT_EQ(Kbps(kSecond), 480);
  now_ = now_ + kSecond;
  EXPECT_EQ(Kbps(kSecond), 0);
  Picture(1);
  EXPECT_EQ(Kbps(kSecond), 480);
}

}  // namespace
}  // namespace parley
