#include "mixer/phone/call_scores.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(CallScoresTest, EachCallCountsByItsMean) {
  CallScores scores;
  const auto add = [&](double sum, uint32_t intervals) {
    RtpLeg::Stats stats;
    stats.score_sum = sum;
    stats.scored_intervals = intervals;
    scores.Add(stats);
  };
  add(0, 0);  // too short
  EXPECT_EQ(scores.calls, 0u);
  add(8.8, 2);
  add(3 * 3.5, 3);
  add(2.0, 1);
  EXPECT_EQ(scores.calls, 3u);
  EXPECT_EQ(scores.hundredths, 440u + 350u + 200u);
  EXPECT_EQ(scores.below, (std::array<uint64_t, 4>{2, 2, 1, 1}));
}

}  // namespace
}  // namespace parley
