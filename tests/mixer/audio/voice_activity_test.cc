#include "mixer/audio/voice_activity.h"

#include <gtest/gtest.h>

#include "mixer/audio/sound_level.h"
#include "tests/mixer/audio/signal.h"

namespace parley {
namespace {

using testing::Noise;
using testing::Sound;

constexpr size_t kFrame = 160;

// Frames in which somebody was found to speak.
int Speaking(VoiceActivity& activity, const Sound& sound) {
  int speaking = 0;
  for (size_t i = 0; i + kFrame <= sound.size(); i += kFrame) {
    if (activity.HandleFrame(std::span(sound).subspan(i, kFrame))) ++speaking;
  }
  return speaking;
}

TEST(SoundLevelTest, IsRelativeToASquareWave) {
  EXPECT_FLOAT_EQ(LevelDbov(Sound(160, -32768)), 0);
  EXPECT_NEAR(LevelDbov(testing::Sine(1000, SampleRate::k8kHz, 1600, 32767)), -3.01, 0.01);
  EXPECT_NEAR(LevelDbov(Sound(160, 327)), -40, 0.1);
  EXPECT_EQ(LevelDbov(Sound(160)), -127);
  EXPECT_EQ(LevelDbov({}), -127);
}

TEST(SoundLevelTest, BecomesAHeaderExtensionsValue) {
  EXPECT_EQ(ToAudioLevel(0), 0);
  EXPECT_EQ(ToAudioLevel(-33.4f), 33);
  EXPECT_EQ(ToAudioLevel(-127), 127);
  EXPECT_EQ(ToAudioLevel(3), 0);
}

TEST(VoiceActivityTest, BeginsWithTheFirstLoudFrame) {
  VoiceActivity activity;
  EXPECT_EQ(Speaking(activity, Noise(1, 100 * kFrame, 10)), 0);
  EXPECT_EQ(Speaking(activity, Noise(2, kFrame, 3000)), 1);
}

TEST(VoiceActivityTest, BridgesPausesAndEndsAfterThem) {
  VoiceActivity activity;
  Speaking(activity, Noise(1, 10 * kFrame, 3000));
  EXPECT_EQ(Speaking(activity, Noise(2, 10 * kFrame, 10)), 10);
  EXPECT_FALSE(activity.loud());
  EXPECT_EQ(Speaking(activity, Noise(3, 100 * kFrame, 10)), 9);
}

TEST(VoiceActivityTest, LearnsThatSteadyNoiseIsNoSpeech) {
  VoiceActivity activity;
  const Sound fan = Noise(4, 15 * 50 * kFrame, 400);  // -43 dBov
  Speaking(activity, fan);
  EXPECT_FALSE(activity.speaking());
  EXPECT_EQ(Speaking(activity, Noise(5, 5 * kFrame, 4000)), 5);
}

TEST(VoiceActivityTest, DoesNotTakeALongSpeechForNoise) {
  VoiceActivity activity;
  const Sound speech = testing::Voice(6, SampleRate::k8kHz, 60 * 8000, 10000);
  EXPECT_EQ(Speaking(activity, speech), 60 * 50);
}

TEST(VoiceActivityTest, DigitalSilenceDoesNotDeafenIt) {
  VoiceActivity activity;
  Speaking(activity, Sound(60 * 50 * kFrame));
  EXPECT_EQ(Speaking(activity, Noise(7, kFrame, 800)), 1);
}

TEST(VoiceActivityTest, SilenceEndsSpeakingAtOnce) {
  VoiceActivity activity;
  Speaking(activity, Noise(1, 10 * kFrame, 3000));
  activity.HandleSilence();
  EXPECT_FALSE(activity.speaking());
  EXPECT_EQ(activity.level(), -127);
}

}  // namespace
}  // namespace parley
