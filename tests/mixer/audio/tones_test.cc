#include "mixer/audio/tones.h"

#include <gtest/gtest.h>

#include "mixer/audio/comfort_noise.h"
#include "tests/mixer/audio/signal.h"

namespace parley {
namespace {

using testing::LargestStep;
using testing::LevelDb;
using testing::Sound;
using testing::ToneAmplitude;

TEST(TonesTest, RingsAndPauses) {
  TonePlayer player(RingTone(), SampleRate::k8kHz);
  Sound sound(5 * 8000);
  EXPECT_TRUE(player.Play(sound));
  const std::span<const int16_t> all(sound);
  EXPECT_NEAR(LevelDb(all.first(8000)), -20, 0.5);
  EXPECT_EQ(LevelDb(all.subspan(8000)), -200);
  Sound again(8000);
  player.Play(again);
  EXPECT_NEAR(LevelDb(again), -20, 0.5);
}

TEST(TonesTest, JoinRisesLeaveFallsAndBothEnd) {
  for (bool join : {true, false}) {
    TonePlayer player(join ? JoinTone() : LeaveTone(), SampleRate::k16kHz);
    Sound sound(16000);
    EXPECT_TRUE(player.Play(sound));
    const std::span<const int16_t> first = std::span(sound).first(1600);
    EXPECT_GT(ToneAmplitude(first, join ? 523 : 659, SampleRate::k16kHz), 500);
    EXPECT_LT(ToneAmplitude(first, join ? 659 : 523, SampleRate::k16kHz), 300);
    EXPECT_FALSE(player.Play(sound));
    EXPECT_EQ(sound, Sound(16000));
  }
}

TEST(TonesTest, AttentionRisesByThreeNotesAndEnds) {
  TonePlayer player(AttentionTone(), SampleRate::k8kHz);
  Sound sound(8000);
  EXPECT_TRUE(player.Play(sound));
  const std::span<const int16_t> whole(sound);
  EXPECT_GT(ToneAmplitude(whole.subspan(0, 1200), 523, SampleRate::k8kHz), 800);
  EXPECT_GT(ToneAmplitude(whole.subspan(1280, 1200), 659, SampleRate::k8kHz), 800);
  EXPECT_GT(ToneAmplitude(whole.subspan(2560, 2400), 784, SampleRate::k8kHz), 800);
  EXPECT_FALSE(player.Play(sound));
}

TEST(TonesTest, NoToneClicks) {
  TonePlayer player(BusyTone(), SampleRate::k8kHz);
  Sound sound(16000);
  player.Play(sound);
  // 425 Hz at its steepest.
  EXPECT_LT(LargestStep(sound), 4640 * 2 * 3.15 * 425 / 8000);
}

TEST(TonesTest, KeysHaveTheirTwoFrequencies) {
  Sound sound(800);
  TonePlayer player(*KeyTone('6'), SampleRate::k8kHz);
  EXPECT_TRUE(player.Play(sound));
  EXPECT_NEAR(ToneAmplitude(sound, 770, SampleRate::k8kHz), 4634, 300);
  EXPECT_NEAR(ToneAmplitude(sound, 1477, SampleRate::k8kHz), 4634, 300);
  EXPECT_FALSE(KeyTone('x'));
  EXPECT_FALSE(KeyTone('\0'));
}

TEST(ComfortNoiseTest, HasTheLevelThatWasAsked) {
  for (uint8_t level : {30, 50, 68}) {
    ComfortNoise noise(level);
    Sound sound(16000);
    noise.Fill(sound);
    EXPECT_NEAR(LevelDb(sound), -level, 0.5);
  }
}

TEST(ComfortNoiseTest, IsNotATone) {
  ComfortNoise noise(40);
  Sound sound(8000);
  noise.Fill(sound);
  for (double hz = 100; hz < 4000; hz += 100) {
    EXPECT_LT(ToneAmplitude(sound, hz, SampleRate::k8kHz), 30) << hz;
  }
}

TEST(ComfortNoiseTest, SilentIsSilent) {
  ComfortNoise noise;
  Sound sound(160, 5);
  noise.Fill(sound);
  EXPECT_EQ(sound, Sound(160));
}

}  // namespace
}  // namespace parley
