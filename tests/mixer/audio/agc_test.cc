#include "mixer/audio/agc.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "mixer/audio/voice_activity.h"
#include "tests/mixer/audio/signal.h"

namespace parley {
namespace {

using testing::LevelDb;
using testing::Sound;
using testing::Voice;

Sound Process(Agc& agc, Sound sound) {
  VoiceActivity activity;
  for (size_t i = 0; i + 160 <= sound.size(); i += 160) {
    const std::span<int16_t> frame = std::span(sound).subspan(i, 160);
    activity.HandleFrame(frame);
    agc.Process(frame, activity.loud(), activity.level());
  }
  return sound;
}
double LastSecond(const Sound& sound) {
  return LevelDb(std::span(sound).subspan(sound.size() - 8000));
}

TEST(AgcTest, BringsQuietAndLoudCallersTogether) {
  Agc for_quiet, for_loud;
  const Sound quiet = Process(for_quiet, Voice(1, SampleRate::k8kHz, 10 * 8000, 2500));
  const Sound loud = Process(for_loud, Voice(1, SampleRate::k8kHz, 10 * 8000, 30000));
  EXPECT_GT(for_quiet.gain_db(), 4);
  EXPECT_LT(for_loud.gain_db(), -4);
  EXPECT_LT(LastSecond(loud) - LastSecond(quiet), 3);
}

TEST(AgcTest, LeavesAGoodLevelAloneBitByBit) {
  Agc agc;
  // The level that is measured is that of loud frames, about 3 dB above the mean with its pauses.
  const Sound voice = Voice(1, SampleRate::k8kHz, 5 * 8000, 8500);
  EXPECT_EQ(Process(agc, voice), voice);
}

TEST(AgcTest, DoesNotRaiseTheNoiseBetweenWords) {
  Agc agc;
  const Sound hum = testing::Noise(2, 30 * 8000, 20);
  EXPECT_EQ(Process(agc, hum), hum);
}

TEST(AgcTest, ARaisedCallerWhoShoutsIsLoweredAtOnce) {
  Agc agc;
  Process(agc, Voice(1, SampleRate::k8kHz, 10 * 8000, 2500));
  ASSERT_GT(agc.gain_db(), 4);
  Sound shout = testing::Sine(300, SampleRate::k8kHz, 480, 28000);
  const Sound out = Process(agc, shout);
  const auto clipped = std::ranges::count_if(std::span(out).subspan(160),
                                             [](int16_t s) { return std::abs(s) >= 32700; });
  EXPECT_EQ(clipped, 0);
}

TEST(AgcTest, GainMovesSlowly) {
  Agc agc;
  const Sound voice = Voice(1, SampleRate::k8kHz, 8000, 2500);
  Process(agc, voice);
  EXPECT_LE(agc.gain_db(), 50 * AgcConfig().rise);
}

}  // namespace
}  // namespace parley
