#include "mixer/audio/e_model.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

double Mos(int64_t delay_ms, double loss) {
  return MeanOpinionScore(TransmissionRating(
      AudioCodec::kPcmu, {.one_way_delay = Duration::Millis(delay_ms), .loss = loss}));
}

TEST(EModelTest, AnUndisturbedCallIsAsGoodAsTheStandardSays) {
  // G.107: R = 93.2, MOS 4.41.
  EXPECT_NEAR(Mos(50, 0), 4.41, 0.01);
}

TEST(EModelTest, KnownRatings) {
  // Annex B's table: R of 90, 80, 70, 60, 50.
  EXPECT_NEAR(MeanOpinionScore(90), 4.34, 0.01);
  EXPECT_NEAR(MeanOpinionScore(80), 4.03, 0.01);
  EXPECT_NEAR(MeanOpinionScore(70), 3.60, 0.01);
  EXPECT_NEAR(MeanOpinionScore(60), 3.10, 0.01);
  EXPECT_NEAR(MeanOpinionScore(50), 2.58, 0.01);
  EXPECT_EQ(MeanOpinionScore(0), 1);
  EXPECT_EQ(MeanOpinionScore(120), 4.5);
}

TEST(EModelTest, LossAndDelayWorsenIt) {
  EXPECT_GT(Mos(50, 0), Mos(50, 0.02));
  EXPECT_GT(Mos(50, 0.02), Mos(50, 0.10));
  EXPECT_GT(Mos(150, 0), Mos(300, 0));
  EXPECT_GT(Mos(300, 0), Mos(600, 0));
  // 5 % of random loss with concealment: Ie,eff = 95 * 5 / 30.1.
  EXPECT_NEAR(TransmissionRating(AudioCodec::kPcmu, {.loss = 0.05}), 93.2 - 15.8, 0.1);
  // G.114: 400 ms is about R = 70 without any other fault.
  EXPECT_NEAR(TransmissionRating(AudioCodec::kPcmu, {.one_way_delay = Duration::Millis(400)}), 69,
              2);
}

TEST(EModelTest, BurstsAreWorseThanRandomLoss) {
  EXPECT_GT(TransmissionRating(AudioCodec::kPcmu, {.loss = 0.05, .burst_ratio = 1}),
            TransmissionRating(AudioCodec::kPcmu, {.loss = 0.05, .burst_ratio = 2}));
}

TEST(EModelTest, StaysWithinItsBounds) {
  EXPECT_GE(Mos(5000, 1), 1);
  EXPECT_LE(Mos(0, 0), 4.5);
  EXPECT_LT(Mos(5000, 1), 1.2);
}

}  // namespace
}  // namespace parley
