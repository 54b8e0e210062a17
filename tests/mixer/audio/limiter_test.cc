#include "mixer/audio/limiter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "tests/mixer/audio/signal.h"

namespace parley {
namespace {

using testing::Sine;
using testing::Sound;

std::vector<int32_t> Wide(const Sound& sound, int times = 1) {
  std::vector<int32_t> wide;
  for (int16_t s : sound) wide.push_back(s * times);
  return wide;
}

Sound Limit(Limiter& limiter, const std::vector<int32_t>& in, size_t frame = 320) {
  Sound out(in.size());
  for (size_t i = 0; i + frame <= in.size(); i += frame) {
    limiter.Process(std::span(in).subspan(i, frame), std::span(out).subspan(i, frame));
  }
  return out;
}

TEST(LimiterTest, PassesEverythingBelowTheCeilingBitByBit) {
  Limiter limiter;
  const Sound loud = testing::Noise(1, 16000, Limiter::kCeiling);
  EXPECT_EQ(Limit(limiter, Wide(loud)), loud);
  EXPECT_EQ(limiter.gain(), 1);
}

TEST(LimiterTest, HoldsTheCeilingOnceItIsReached) {
  Limiter limiter;
  const Sound out = Limit(limiter, Wide(Sine(300, SampleRate::k16kHz, 16000, 30000), 5));
  for (size_t i = 320; i < out.size(); ++i) ASSERT_LE(std::abs(out[i]), Limiter::kCeiling + 1) << i;
}

TEST(LimiterTest, KeepsTheWaveInsteadOfClippingIt) {
  Limiter limiter;
  const Sound tone = Sine(300, SampleRate::k16kHz, 16000, 30000);
  const Sound out = Limit(limiter, Wide(tone, 4));
  const Sound steady(out.begin() + 8000, out.end());
  // A clipped sine has a third harmonic of a fifth and more of the first.
  EXPECT_LT(testing::ToneAmplitude(steady, 900, SampleRate::k16kHz),
            testing::ToneAmplitude(steady, 300, SampleRate::k16kHz) / 30);
}

TEST(LimiterTest, FallsBeforeAPeakWithinTheFrame) {
  Limiter limiter;
  std::vector<int32_t> in(320, 10000);
  std::fill(in.begin() + 160, in.begin() + 200, 100'000);
  const Sound out = Limit(limiter, in);
  for (int16_t s : out) ASSERT_LE(s, Limiter::kCeiling + 1);
  EXPECT_EQ(out[0], 10000);
}

TEST(LimiterTest, ComesBackToUnityAfterLoudness) {
  Limiter limiter;
  Limit(limiter, std::vector<int32_t>(320, 200'000));
  EXPECT_LT(limiter.gain(), 0.2);
  const Sound quiet = Sine(300, SampleRate::k16kHz, 32000, 1000);
  const Sound out = Limit(limiter, Wide(quiet));
  EXPECT_EQ(limiter.gain(), 1);
  EXPECT_TRUE(std::equal(out.end() - 320, out.end(), quiet.end() - 320));
}

TEST(LimiterTest, ASuddenPeakAtAFramesStartClipsAndDoesNotWrap) {
  Limiter limiter;
  std::vector<int32_t> in(640, 100);
  std::fill(in.begin() + 320, in.end(), 3'000'000);
  const Sound out = Limit(limiter, in);
  for (size_t i = 320; i < 640; ++i) ASSERT_GT(out[i], 0);
  for (size_t i = 360; i < 640; ++i) ASSERT_LE(out[i], Limiter::kCeiling + 1);
}

}  // namespace
}  // namespace parley
