#include "mixer/audio/time_stretcher.h"

#include <gtest/gtest.h>

#include "mixer/audio/fractional_resampler.h"
#include "mixer/audio/pitch.h"
#include "tests/mixer/audio/signal.h"

namespace parley {
namespace {

using testing::LargestStep;
using testing::Sine;
using testing::Sound;
using testing::ToneAmplitude;

constexpr SampleRate kRate = SampleRate::k8kHz;
const size_t kHistory = LongestPitch(kRate);

TEST(TimeStretcherTest, ShortensByAPeriodWithoutAClick) {
  Sound tone = Sine(123, kRate, kHistory + 320);
  const Sound before = tone;
  const size_t waiting = ShortenSound(tone, kHistory, kRate, 320, StretchUrgency::kNone);
  EXPECT_LT(waiting, 320u);
  EXPECT_GE(waiting, 320 - LongestPitch(kRate));
  tone.resize(kHistory + waiting);
  EXPECT_LE(LargestStep(tone), LargestStep(before) * 11 / 10);
  EXPECT_TRUE(std::equal(tone.begin(), tone.begin() + static_cast<ptrdiff_t>(kHistory + 80),
                         before.begin()));
  EXPECT_EQ(tone.back(), before.back());
}

TEST(TimeStretcherTest, LengthensByAPeriodWithoutAClick) {
  const Sound before = Sine(123, kRate, kHistory + 320);
  Sound tone = before;
  tone.resize(before.size() + LongestPitch(kRate));
  const size_t waiting = LengthenSound(tone, kHistory, before.size(), kRate, StretchUrgency::kNone);
  EXPECT_GT(waiting, 320u);
  tone.resize(kHistory + waiting);
  EXPECT_LE(LargestStep(tone), LargestStep(before) * 11 / 10);
  EXPECT_EQ(tone.back(), before.back());
  EXPECT_NEAR(ToneAmplitude(std::span(tone).subspan(kHistory), 123, kRate), 8000, 700);
}

TEST(TimeStretcherTest, LeavesAloneWhatHasNoPeriod) {
  Sound noise = testing::Noise(1, kHistory + 320, 8000);
  EXPECT_EQ(ShortenSound(noise, kHistory, kRate, 320, StretchUrgency::kNone), 320u);
  noise.resize(noise.size() + LongestPitch(kRate));
  EXPECT_EQ(LengthenSound(noise, kHistory, kHistory + 320, kRate, StretchUrgency::kNone), 320u);
}

TEST(TimeStretcherTest, SilenceYieldsAnywhere) {
  Sound faint = testing::Noise(1, kHistory + 320, 20);
  EXPECT_EQ(ShortenSound(faint, kHistory, kRate, 320, StretchUrgency::kNone), 240u);
}

TEST(TimeStretcherTest, TakesNoMoreThanItMay) {
  Sound faint = testing::Noise(1, kHistory + 320, 20);
  EXPECT_EQ(ShortenSound(faint, kHistory, kRate, 30, StretchUrgency::kNone), 290u);
  Sound tone = Sine(100, kRate, kHistory + 320);
  EXPECT_EQ(ShortenSound(tone, kHistory, kRate, 30, StretchUrgency::kNone), 320u);
}

TEST(TimeStretcherTest, TooLittleSoundIsLeftAlone) {
  Sound tone = Sine(100, kRate, kHistory + 100);
  EXPECT_EQ(ShortenSound(tone, kHistory, kRate, 320, StretchUrgency::kSome), 100u);
}

TEST(FractionalResamplerTest, WithoutDriftSamplesPassUnchanged) {
  FractionalResampler resampler;
  const Sound noise = testing::Noise(1, 480, 32767);
  Sound out(480);
  for (size_t i = 0; i < 480; i += 160) {
    ASSERT_EQ(resampler.InputsFor(160), 160u);
    resampler.Process(std::span(noise).subspan(i, 160), std::span(out).subspan(i, 160));
  }
  EXPECT_TRUE(std::equal(out.begin() + FractionalResampler::kDelay, out.end(), noise.begin()));
}

TEST(FractionalResamplerTest, TakesTheDriftOut) {
  for (double drift : {300e-6, -300e-6}) {
    FractionalResampler resampler;
    resampler.SetDrift(drift);
    // What a phone whose clock is off makes of 1000 Hz.
    const Sound sent = Sine(1000 / (1 + drift), kRate, 30 * 8000);
    Sound out;
    size_t taken = 0;
    while (taken + 170 < sent.size()) {
      const size_t needed = resampler.InputsFor(160);
      Sound frame(160);
      resampler.Process(std::span(sent).subspan(taken, needed), frame);
      taken += needed;
      out.insert(out.end(), frame.begin(), frame.end());
    }
    EXPECT_NEAR(static_cast<double>(taken) / static_cast<double>(out.size()), 1 + drift, 1e-5);
    // Over so many periods any error of frequency would cancel the tone.
    EXPECT_NEAR(ToneAmplitude(std::span(out).subspan(1000), 1000, kRate), 8000, 40);
    EXPECT_LE(LargestStep(std::span(out).subspan(100)), 8000 * 0.79);
  }
}

}  // namespace
}  // namespace parley
