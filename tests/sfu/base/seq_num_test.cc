#include "sfu/base/seq_num.h"

#include <gtest/gtest.h>

#include <random>

namespace parley {
namespace {

TEST(SeqNum, DistanceAndSumWrap) {
  EXPECT_EQ(SeqNum(1) - SeqNum(65535), 2);
  EXPECT_EQ(SeqNum(65535) - SeqNum(1), -2);
  EXPECT_EQ(SeqNum(0x8000) - SeqNum(0), -32768);
  EXPECT_EQ(SeqNum(65535) + 1, SeqNum(0));
  EXPECT_EQ(SeqNum(0) + -1, SeqNum(65535));
}

TEST(RtpTimestamp, DistanceAndSumWrap) {
  EXPECT_EQ(RtpTimestamp(1) - RtpTimestamp(0xFFFFFFFF), 2);
  EXPECT_EQ(RtpTimestamp(0xFFFFFFFF) + 90'000, RtpTimestamp(89'999));
  EXPECT_EQ(RtpTimestamp(0) + -1, RtpTimestamp(0xFFFFFFFF));
}

TEST(SeqUnwrapper, FollowsForwardAndBackwardAcrossTheWrap) {
  SeqUnwrapper unwrapper;
  EXPECT_EQ(unwrapper.Unwrap(65534), 65534);
  EXPECT_EQ(unwrapper.Peek(1), 65537);
  EXPECT_EQ(unwrapper.Unwrap(1), 65537);
  EXPECT_EQ(unwrapper.Unwrap(65535), 65535);
  EXPECT_EQ(unwrapper.Unwrap(0), 65536);
  unwrapper.Reset();
  EXPECT_EQ(unwrapper.Unwrap(0), 0);
  EXPECT_EQ(unwrapper.Unwrap(65535), -1);
}

TEST(SeqUnwrapper, FollowsARandomWalk) {
  std::mt19937 random(7);
  SeqUnwrapper unwrapper;
  int64_t truth = 40'000;
  unwrapper.Unwrap(static_cast<uint16_t>(truth));
  for (int i = 0; i < 100'000; ++i) {
    truth += static_cast<int64_t>(random() % 60'000) - 30'000;
    ASSERT_EQ(unwrapper.Unwrap(static_cast<uint16_t>(truth)), truth);
  }
}

TEST(TimestampUnwrapper, CrossesTheWrap) {
  TimestampUnwrapper unwrapper;
  EXPECT_EQ(unwrapper.Unwrap(0xFFFFFF00), 0xFFFFFF00);
  EXPECT_EQ(unwrapper.Unwrap(0x100), int64_t{0x100000100});
}

}  // namespace
}  // namespace parley
