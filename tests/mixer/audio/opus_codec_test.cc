#include "mixer/audio/opus_codec.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "sfu/base/random.h"
#include "tests/mixer/audio/signal.h"

namespace parley {
namespace {

using testing::LevelDb;
using testing::Sound;
using testing::Voice;

using Payload = std::vector<uint8_t>;

std::vector<Payload> EncodeAll(AudioEncoder& encoder, const Sound& sound) {
  const size_t frame = FrameSamples(encoder.sample_rate());
  std::vector<Payload> payloads;
  std::array<uint8_t, kMaxEncodedFrame> buffer;
  for (size_t i = 0; i + frame <= sound.size(); i += frame) {
    const auto payload = encoder.Encode(std::span(sound).subspan(i, frame), buffer);
    payloads.emplace_back(payload.begin(), payload.end());
  }
  return payloads;
}

AudioEncoderSettings Settings(SampleRate rate = SampleRate::k16kHz) {
  return {.opus_rate = rate, .opus_bitrate = 32000, .opus_expected_loss = 20};
}

TEST(OpusTest, CarriesAVoiceAtEachRate) {
  for (SampleRate rate : {SampleRate::k8kHz, SampleRate::k16kHz, SampleRate::k48kHz}) {
    const Sound voice = Voice(1, rate, Hz(rate));
    OpusAudioEncoder encoder(Settings(rate));
    OpusAudioDecoder decoder(rate);
    Sound back;
    for (const Payload& payload : EncodeAll(encoder, voice)) {
      ASSERT_EQ(decoder.SampleCount(payload), FrameSamples(rate));
      Sound frame(FrameSamples(rate));
      ASSERT_TRUE(decoder.Decode(payload, frame));
      back.insert(back.end(), frame.begin(), frame.end());
    }
    EXPECT_NEAR(LevelDb(back), LevelDb(voice), 1.5) << Hz(rate);
    EXPECT_GT(testing::BestSignalToNoiseDb(voice, back, Hz(rate) / 50), 5) << Hz(rate);
  }
}

TEST(OpusTest, RedundancyMendsALostPacketAndConcealmentOnlyGuesses) {
  const SampleRate rate = SampleRate::k16kHz;
  const Sound voice = Voice(2, rate, Hz(rate));
  OpusAudioEncoder encoder(Settings());
  const std::vector<Payload> payloads = EncodeAll(encoder, voice);
  OpusAudioDecoder whole(rate), mended(rate), concealed(rate);
  double mended_error = 0, concealed_error = 0;
  int with_redundancy = 0;
  for (size_t i = 0; i + 1 < payloads.size(); ++i) {
    Sound a(320), b(320), c(320);
    ASSERT_TRUE(whole.Decode(payloads[i], a));
    const bool lost = i > 5 && i % 5 == 0;
    if (lost && mended.DecodeRedundancy(payloads[i + 1], b)) {
      ++with_redundancy;
      concealed.Conceal(c);
      for (size_t k = 0; k < a.size(); ++k) {
        mended_error += (a[k] - b[k]) * (a[k] - b[k]);
        concealed_error += (a[k] - c[k]) * (a[k] - c[k]);
      }
    } else {
      ASSERT_TRUE(mended.Decode(payloads[i], b));
      ASSERT_TRUE(concealed.Decode(payloads[i], c));
    }
  }
  EXPECT_GT(with_redundancy, 4);
  EXPECT_LT(mended_error, concealed_error / 2);
}

TEST(OpusTest, WithoutRedundancyItSaysSo) {
  const Sound voice = Voice(3, SampleRate::k16kHz, 16000);
  AudioEncoderSettings settings = Settings();
  settings.opus_expected_loss = 0;
  OpusAudioEncoder encoder(settings);
  OpusAudioDecoder decoder(SampleRate::k16kHz);
  Sound out(320, 77);
  for (const Payload& payload : EncodeAll(encoder, voice)) {
    EXPECT_FALSE(decoder.DecodeRedundancy(payload, out));
  }
  EXPECT_EQ(out, Sound(320, 77));
}

TEST(OpusTest, DtxSendsNothingInSilence) {
  AudioEncoderSettings settings = Settings();
  settings.opus_dtx = true;
  OpusAudioEncoder encoder(settings);
  const std::vector<Payload> payloads = EncodeAll(encoder, Sound(5 * 16000));
  EXPECT_GT(std::ranges::count_if(payloads, &Payload::empty), 200);
}

TEST(OpusTest, TakesOverAnotherEncodersStream) {
  const Sound voice = Voice(4, SampleRate::k16kHz, 32000);
  const Sound first(voice.begin(), voice.begin() + 16000), rest(voice.begin() + 16000, voice.end());
  OpusAudioEncoder original(Settings());
  EncodeAll(original, first);
  OpusAudioEncoder heir(Settings());
  heir.ContinueFrom(original);
  EXPECT_EQ(EncodeAll(heir, rest), EncodeAll(original, rest));
}

TEST(OpusTest, RefusesWhatIsNoPacket) {
  OpusAudioDecoder decoder(SampleRate::k16kHz);
  EXPECT_FALSE(decoder.SampleCount({}));
  const Payload too_many_frames = {0x03, 0x3F};  // 63 frames of 10 ms
  EXPECT_FALSE(decoder.SampleCount(too_many_frames));
  const Payload two_uneven = {0x01, 1, 2, 3};  // code 1 has two frames of one size
  const auto samples = decoder.SampleCount(two_uneven);
  ASSERT_TRUE(samples);
  Sound out(*samples);
  EXPECT_FALSE(decoder.Decode(two_uneven, out));
}

TEST(OpusTest, SurvivesAnyBytes) {
  SeededRandom random(5);
  OpusAudioDecoder decoder(SampleRate::k48kHz);
  Sound out(kMaxPacketSamples), lost(960);
  int decoded = 0;
  for (int i = 0; i < 2000; ++i) {
    Payload payload(random.Below(200));
    random.Fill(payload);
    if (decoder.DecodeRedundancy(payload, lost)) ++decoded;
    const auto samples = decoder.SampleCount(payload);
    if (!samples) continue;
    ASSERT_LE(*samples, kMaxPacketSamples);
    if (decoder.Decode(payload, std::span(out).first(*samples))) ++decoded;
    decoder.Conceal(std::span(lost).first(1 + random.Below(960)));
  }
  EXPECT_GT(decoded, 100);
}

}  // namespace
}  // namespace parley
