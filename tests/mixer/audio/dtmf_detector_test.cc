#include "mixer/audio/dtmf_detector.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "mixer/audio/g711.h"
#include "tests/mixer/audio/signal.h"
#include "tests/mixer/audio/spandsp.h"

namespace parley {
namespace {

using testing::Noise;
using testing::Sine;
using testing::Sound;

const std::string kAllKeys = "0123456789*#ABCD";

std::string Detect(const Sound& sound, SampleRate rate = SampleRate::k8kHz) {
  DtmfDetector detector(rate);
  std::string keys;
  const size_t frame = FrameSamples(rate);
  for (size_t i = 0; i + frame <= sound.size(); i += frame) {
    if (const auto key = detector.HandleFrame(std::span(sound).subspan(i, frame))) keys += *key;
  }
  return keys;
}

// SpanDSP's generator: `level` in dBm0 of the low tone, the high one `twist` dB above it.
Sound Keys(const std::string& keys, int level = -10, int twist = 0, int on_ms = 50,
           int off_ms = 55) {
  std::unique_ptr<dtmf_tx_state_t, int (*)(dtmf_tx_state_t*)> state(dtmf_tx_init(nullptr),
                                                                    dtmf_tx_free);
  dtmf_tx_set_level(state.get(), level, twist);
  dtmf_tx_set_timing(state.get(), on_ms, off_ms);
  dtmf_tx_put(state.get(), keys.data(), static_cast<int>(keys.size()));
  Sound sound(keys.size() * static_cast<size_t>(on_ms + off_ms) * 8 + 1600);
  dtmf_tx(state.get(), sound.data(), static_cast<int>(sound.size()));
  return sound;
}

Sound Pair(double row, double column, double row_amplitude, double column_amplitude,
           size_t samples = 800) {
  Sound sound = Sine(row, SampleRate::k8kHz, samples, row_amplitude);
  const Sound other = Sine(column, SampleRate::k8kHz, samples, column_amplitude);
  for (size_t i = 0; i < samples; ++i) sound[i] = static_cast<int16_t>(sound[i] + other[i]);
  return sound;
}

TEST(DtmfDetectorTest, HearsEveryKeyOfSpandspsGenerator) {
  EXPECT_EQ(Detect(Keys(kAllKeys)), kAllKeys);
}

TEST(DtmfDetectorTest, HearsTheShortestKeysThatCount) {
  EXPECT_EQ(Detect(Keys(kAllKeys + kAllKeys, -10, 0, 40, 40)), kAllKeys + kAllKeys);
}

TEST(DtmfDetectorTest, HearsLoudAndQuietKeys) {
  for (int level : {-4, -10, -20, -26}) EXPECT_EQ(Detect(Keys(kAllKeys, level)), kAllKeys) << level;
}

TEST(DtmfDetectorTest, AllowsTheTwistThatLinesMake) {
  for (int twist : {-8, -4, 4}) EXPECT_EQ(Detect(Keys(kAllKeys, -12, twist)), kAllKeys) << twist;
  EXPECT_EQ(Detect(Keys(kAllKeys, -20, 12)), "");
  EXPECT_EQ(Detect(Keys(kAllKeys, -10, -14)), "");
}

TEST(DtmfDetectorTest, HearsKeysThroughBothLaws) {
  for (G711Law law : {G711Law::kMu, G711Law::kA}) {
    Sound sound = Keys(kAllKeys);
    std::vector<uint8_t> coded(sound.size());
    G711Encode(law, sound, coded);
    G711Decode(law, coded, sound);
    EXPECT_EQ(Detect(sound), kAllKeys);
  }
}

TEST(DtmfDetectorTest, HearsKeysInNoise) {
  Sound sound = Keys(kAllKeys, -10);
  const Sound noise = Noise(1, sound.size(), 1500);  // 18 dB below the tones
  for (size_t i = 0; i < sound.size(); ++i) {
    sound[i] = static_cast<int16_t>(sound[i] + noise[i]);
  }
  EXPECT_EQ(Detect(sound), kAllKeys);
}

TEST(DtmfDetectorTest, HoldingAKeyIsOnePress) {
  EXPECT_EQ(Detect(Keys("5", -10, 0, 3000)), "5");
  EXPECT_EQ(Detect(Keys("5555")), "5555");
}

TEST(DtmfDetectorTest, IgnoresWhatIsTooShort) {
  EXPECT_EQ(Detect(Keys(kAllKeys, -10, 0, 15, 60)), "");
}

TEST(DtmfDetectorTest, TakesFrequenciesThatAreOffByLessThanTheStandardAllows) {
  for (double off : {0.985, 1.015}) {
    EXPECT_EQ(Detect(Pair(770 * off, 1336 * off, 6000, 6000)), "5") << off;
  }
  for (double off : {0.96, 1.04}) {
    EXPECT_EQ(Detect(Pair(770 * off, 1336 * off, 6000, 6000)), "") << off;
  }
}

TEST(DtmfDetectorTest, OneToneAloneIsNoKey) {
  EXPECT_EQ(Detect(Sine(770, SampleRate::k8kHz, 8000, 12000)), "");
  EXPECT_EQ(Detect(Sine(1336, SampleRate::k8kHz, 8000, 12000)), "");
  EXPECT_EQ(Detect(Pair(350, 440, 8000, 8000, 8000)), "");
}

TEST(DtmfDetectorTest, SpeechAndNoiseAreNoKeys) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    EXPECT_EQ(Detect(testing::Voice(seed, SampleRate::k8kHz, 20 * 8000, 16000)), "") << seed;
    EXPECT_EQ(Detect(Noise(seed, 10 * 8000, 16000)), "") << seed;
  }
}

TEST(DtmfDetectorTest, WorksAtTheRatesOfOtherCodecs) {
  for (SampleRate rate : {SampleRate::k16kHz, SampleRate::k48kHz}) {
    Sound sound = Sine(852, rate, Hz(rate) / 10, 6000);
    const Sound other = Sine(1477, rate, sound.size(), 6000);
    for (size_t i = 0; i < sound.size(); ++i) sound[i] = static_cast<int16_t>(sound[i] + other[i]);
    EXPECT_EQ(Detect(sound, rate), "9");
  }
}

}  // namespace
}  // namespace parley
