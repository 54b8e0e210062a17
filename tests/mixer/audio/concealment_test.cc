#include "mixer/audio/concealment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "mixer/audio/pitch.h"
#include "tests/mixer/audio/signal.h"

namespace parley {
namespace {

using testing::LargestStep;
using testing::LevelDb;
using testing::Sine;
using testing::Sound;

class ConcealmentTest : public ::testing::TestWithParam<SampleRate> {
 protected:
  const SampleRate rate_ = GetParam();
  const size_t frame_ = FrameSamples(rate_);

  // What comes out when the frames that `lost` names never arrive.
  template <class Lost>
  Sound Play(const Sound& sound, Lost lost) {
    Concealment concealment(rate_);
    Sound out = sound;
    for (size_t f = 0; f < sound.size() / frame_; ++f) {
      const std::span<int16_t> frame = std::span(out).subspan(f * frame_, frame_);
      if (lost(f)) {
        concealment.Conceal(frame);
      } else {
        concealment.HandleSound(frame);
      }
    }
    return out;
  }
};

TEST_P(ConcealmentTest, WithoutLossNothingIsChanged) {
  const Sound voice = testing::Voice(1, rate_, Hz(rate_));
  EXPECT_EQ(Play(voice, [](size_t) { return false; }), voice);
}

TEST_P(ConcealmentTest, GoesOnWithAToneOverTenMilliseconds) {
  const Sound tone = Sine(160, rate_, Hz(rate_));
  const Sound out = Play(tone, [](size_t f) { return f == 10; });
  const size_t start = 10 * frame_;
  EXPECT_GT(testing::SignalToNoiseDb(std::span(tone).subspan(start, frame_ / 2),
                                     std::span(out).subspan(start, frame_ / 2)),
            20);
}

TEST_P(ConcealmentTest, DoesNotClick) {
  const Sound voice = testing::Voice(2, rate_, 2 * Hz(rate_));
  const Sound out = Play(voice, [](size_t f) { return f % 7 == 3 || f % 31 == 5; });
  EXPECT_LT(LargestStep(out), LargestStep(voice) * 5 / 4);
}

TEST_P(ConcealmentTest, FadesToSilenceWithinSixtyMilliseconds) {
  const Sound tone = Sine(200, rate_, Hz(rate_));
  const Sound out = Play(tone, [](size_t f) { return f >= 10; });
  EXPECT_GT(LevelDb(std::span(out).subspan(10 * frame_, frame_)), LevelDb(tone) - 2);
  EXPECT_LT(LevelDb(std::span(out).subspan(11 * frame_, frame_)), LevelDb(tone) - 2);
  EXPECT_EQ(LevelDb(std::span(out).subspan(13 * frame_)), -200);
}

TEST_P(ConcealmentTest, SoundComesBackWhole) {
  const Sound voice = testing::Voice(3, rate_, Hz(rate_));
  const Sound out = Play(voice, [](size_t f) { return f == 10 || f == 11; });
  const size_t faded_in = 12 * frame_ + frame_ / 2;
  EXPECT_TRUE(std::equal(out.begin() + static_cast<ptrdiff_t>(faded_in), out.end(),
                         voice.begin() + static_cast<ptrdiff_t>(faded_in)));
}

TEST_P(ConcealmentTest, LossBeforeAnySoundIsSilence) {
  const Sound out = Play(Sound(10 * frame_), [](size_t) { return true; });
  EXPECT_EQ(out, Sound(10 * frame_));
}

INSTANTIATE_TEST_SUITE_P(Rates, ConcealmentTest,
                         ::testing::Values(SampleRate::k8kHz, SampleRate::k16kHz));

TEST(PitchTest, FindsThePeriodOfAVoice) {
  for (SampleRate rate : {SampleRate::k8kHz, SampleRate::k16kHz, SampleRate::k48kHz}) {
    for (double hz : {80.0, 100.0, 125.0, 190.0}) {
      Sound tone = Sine(hz, rate, Hz(rate) / 10, 5000);
      const Sound harmonic = Sine(3 * hz, rate, tone.size(), 4000, 1);
      for (size_t i = 0; i < tone.size(); ++i) {
        tone[i] = static_cast<int16_t>(tone[i] + harmonic[i]);
      }
      const Pitch pitch = FindPitch(tone, rate);
      EXPECT_GT(pitch.correlation, 0.97);
      const double periods = static_cast<double>(pitch.period) / (Hz(rate) / hz);
      EXPECT_NEAR(periods, std::round(periods), 0.03) << Hz(rate) << " " << hz;
    }
  }
}

TEST(PitchTest, NoiseHasNone) {
  EXPECT_LT(FindPitch(testing::Noise(1, 800, 10000), SampleRate::k8kHz).correlation, 0.6);
}

}  // namespace
}  // namespace parley
