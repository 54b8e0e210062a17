#include "mixer/audio/resampler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "tests/mixer/audio/signal.h"

namespace parley {
namespace {

using testing::Sine;
using testing::Sound;
using testing::ToneAmplitude;

Sound Resample(Resampler& resampler, const Sound& in) {
  const size_t from = FrameSamples(resampler.from()), to = FrameSamples(resampler.to());
  Sound out(in.size() / from * to);
  for (size_t i = 0; i < in.size() / from; ++i) {
    resampler.Process(std::span(in).subspan(i * from, from), std::span(out).subspan(i * to, to));
  }
  return out;
}
Sound Steady(const Sound& sound) {
  return Sound(sound.begin() + static_cast<ptrdiff_t>(sound.size() / 2), sound.end());
}

class ResamplerTest : public ::testing::TestWithParam<std::pair<SampleRate, SampleRate>> {
 protected:
  const SampleRate from_ = GetParam().first;
  const SampleRate to_ = GetParam().second;
  const double lower_ = std::min(Hz(from_), Hz(to_));
  Resampler resampler_{from_, to_};
};

TEST_P(ResamplerTest, PassesWhatIsAudible) {
  for (double part : {0.05, 0.2, 0.4}) {
    const Sound out = Steady(Resample(resampler_, Sine(part * lower_, from_, Hz(from_))));
    EXPECT_NEAR(ToneAmplitude(out, part * lower_, to_), 8000, 80) << part;
  }
}

TEST_P(ResamplerTest, KeepsOutImages) {
  if (from_ == to_) return;
  const double hz = 0.3 * lower_;
  if (Hz(from_) < Hz(to_)) {
    const Sound out = Steady(Resample(resampler_, Sine(hz, from_, Hz(from_))));
    EXPECT_LT(ToneAmplitude(out, lower_ - hz, to_), 8);
  } else {
    const Sound out = Steady(Resample(resampler_, Sine(lower_ - hz, from_, Hz(from_))));
    EXPECT_LT(ToneAmplitude(out, hz, to_), 8);
  }
}

TEST_P(ResamplerTest, DelaysByWhatItSays) {
  const double hz = 0.1 * lower_;
  const Sound out = Resample(resampler_, Sine(hz, from_, Hz(from_)));
  const double delay = resampler_.DelaySamples();
  const Sound wanted =
      Sine(hz, to_, out.size(), 8000, -2 * 3.14159265358979 * hz * delay / Hz(to_));
  EXPECT_GT(testing::SignalToNoiseDb(Steady(wanted), Steady(out)), 50);
  EXPECT_LE(delay / Hz(to_), 0.0021);
}

TEST_P(ResamplerTest, KeepsAConstant) {
  const Sound out = Steady(Resample(resampler_, Sound(Hz(from_), 12345)));
  for (int16_t s : out) ASSERT_NEAR(s, 12345, 1);
}

TEST_P(ResamplerTest, ClipsInsteadOfWrapping) {
  if (from_ == to_) return;
  Sound square(Hz(from_));
  for (size_t i = 0; i < square.size(); ++i) square[i] = i / 40 % 2 != 0 ? 32767 : -32768;
  const Sound out = Resample(resampler_, square);
  // A wrapped overshoot would cross from one end to the other where the input stands still.
  EXPECT_LT(testing::LargestStep(out), 65535 * 6 / 10 * (Hz(from_) > Hz(to_) ? 2 : 1));
}

TEST_P(ResamplerTest, ACopyContinuesWithoutASeam) {
  const Sound tone = Sine(0.1 * lower_, from_, Hz(from_));
  Resample(resampler_, tone);
  Resampler copy = resampler_;
  EXPECT_EQ(Resample(copy, tone), Resample(resampler_, tone));
}

INSTANTIATE_TEST_SUITE_P(Rates, ResamplerTest,
                         ::testing::Values(std::pair(SampleRate::k8kHz, SampleRate::k16kHz),
                                           std::pair(SampleRate::k8kHz, SampleRate::k48kHz),
                                           std::pair(SampleRate::k16kHz, SampleRate::k48kHz),
                                           std::pair(SampleRate::k48kHz, SampleRate::k16kHz),
                                           std::pair(SampleRate::k48kHz, SampleRate::k8kHz),
                                           std::pair(SampleRate::k16kHz, SampleRate::k8kHz),
                                           std::pair(SampleRate::k16kHz, SampleRate::k16kHz)));

}  // namespace
}  // namespace parley
