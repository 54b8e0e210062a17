// Sound placed where it belongs: gaps, clocks that differ, and sums that would be too loud.

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "recorder/compose/sound_limiter.h"
#include "recorder/compose/sound_source.h"
#include "recorder/mux/track_file.h"
#include "tests/recorder/compose/test_recording.h"

namespace parley::testing {
namespace {

constexpr size_t kFrame = 960;

double Tone(double t) { return 0.5 * std::sin(2 * std::numbers::pi * 440 * t); }

// All of it, 20 ms at a time; the left channel.
std::vector<float> Listen(SoundSource& source, int64_t from, int64_t until) {
  std::vector<float> heard;
  std::vector<float> frame(kFrame * 2);
  for (; from < until; from += kFrame) {
    std::ranges::fill(frame, 0.0f);
    source.AddTo(from, frame);
    for (size_t i = 0; i < kFrame; ++i) heard.push_back(frame[2 * i]);
  }
  return heard;
}

double Power(const std::vector<float>& samples, size_t from, size_t count) {
  double sum = 0;
  for (size_t i = from; i < from + count; ++i) sum += samples[i] * samples[i];
  return sum / static_cast<double>(count);
}

float LargestStep(const std::vector<float>& samples) {
  float step = 0;
  for (size_t i = 1; i < samples.size(); ++i) {
    step = std::max(step, std::abs(samples[i] - samples[i - 1]));
  }
  return step;
}

// One Opus packet of a tone, again and again at the times that `at` gives.
std::filesystem::path Repeated(TestRecording& recording, int packets,
                               const std::function<Duration(int)>& at) {
  const auto once = recording.directory() /
                    recording.AddSound("p1", Duration::Zero(), Duration::Millis(40), Tone);
  auto reader = TrackReader::Open(once);
  EXPECT_TRUE(reader);
  reader->Next();
  const TrackPacket packet = reader->Next();
  const auto path = recording.Output("repeated.webm");
  auto file = TrackFile::Create(path, {.channels = 2, .codec_private = {}});
  EXPECT_TRUE(file.has_value());
  for (int i = 0; i < packets; ++i) EXPECT_FALSE(file->Add(at(i), true, packet.bytes()));
  EXPECT_FALSE(file->Finish(at(packets)));
  return path;
}

TEST(SoundSourceTest, SoundStandsAtItsTimeAndIsSilentBeforeAndBehind) {
  TestRecording recording("sound-place");
  const auto file = recording.directory() /
                    recording.AddSound("p1", Duration::Seconds(1), Duration::Seconds(1), Tone);
  auto source = SoundSource::Open(file);
  ASSERT_TRUE(source) << source.error();
  const auto heard = Listen(*source, 0, 3 * 48'000);
  EXPECT_EQ(Power(heard, 0, 47'990), 0);
  EXPECT_NEAR(Power(heard, 50'000, 44'000), 0.125, 0.02);
  EXPECT_EQ(Power(heard, 97'000, 46'000), 0);
  EXPECT_LT(LargestStep(heard), 0.06f) << "it neither begins nor ends with a click";
}

TEST(SoundSourceTest, AGapIsSilenceOfItsLength) {
  TestRecording recording("sound-gap");
  const auto file = Repeated(recording, 100, [](int i) {
    return Duration::Millis(20) * i + (i < 50 ? Duration::Zero() : Duration::Millis(500));
  });
  auto source = SoundSource::Open(file);
  ASSERT_TRUE(source);
  const auto heard = Listen(*source, 0, 3 * 48'000);
  EXPECT_GT(Power(heard, 40'000, 7000), 0.001);
  EXPECT_EQ(Power(heard, 49'000, 22'000), 0);
  EXPECT_GT(Power(heard, 74'000, 40'000), 0.001);
}

TEST(SoundSourceTest, AClockThatDiffersNeverGrowsApart) {
  // 500 ppm, and the most that ClockLine tells: of skew, and to make up for what was wrong.
  for (const int64_t length_us : {20'010, 19'990, 20'040, 19'960}) {
    const int64_t most = std::abs(length_us - 20'000) > 20 ? 4 * 48 : 2 * 48;
    TestRecording recording("sound-skew");
    const auto file =
        Repeated(recording, 3000, [&](int i) { return Duration::Micros(length_us * i); });
    auto source = SoundSource::Open(file);
    ASSERT_TRUE(source);
    std::vector<float> frame(kFrame * 2);
    for (int64_t from = 0; from < 60 * 48'000; from += kFrame) {
      source->AddTo(from, frame);
      ASSERT_LE(std::abs(source->offset()), most) << from << " of " << length_us;
    }
  }
}

TEST(SoundSourceTest, WhatIsPassedOverIsNotHeardLater) {
  TestRecording recording("sound-skip");
  const auto file =
      recording.directory() / recording.AddSound("p1", Duration::Zero(), Duration::Seconds(3),
                                                 [](double t) { return t < 2 ? Tone(t) : 0; });
  auto source = SoundSource::Open(file);
  ASSERT_TRUE(source);
  Listen(*source, 0, 4800);
  const auto heard = Listen(*source, 2 * 48'000 + 4800, 3 * 48'000);
  EXPECT_LT(Power(heard, 0, heard.size()), 1e-4);
}

TEST(SoundSourceTest, RubbishIsSilence) {
  TestRecording recording("sound-rubbish");
  const auto path = recording.Output("rubbish.webm");
  auto file = TrackFile::Create(path, {.channels = 2, .codec_private = {}});
  ASSERT_TRUE(file.has_value());
  const std::vector<uint8_t> rubbish = {0xFF, 0xFF, 0xFF};
  EXPECT_FALSE(file->Add(Duration::Zero(), true, rubbish));
  EXPECT_FALSE(file->Finish(Duration::Millis(20)));
  auto source = SoundSource::Open(path);
  ASSERT_TRUE(source);
  EXPECT_EQ(Power(Listen(*source, 0, 48'000), 0, 48'000), 0);
  // FFmpeg's parser may have dropped it before.
  EXPECT_LE(source->packets_damaged(), 1u);
  EXPECT_FALSE(SoundSource::Open(recording.Output("nothing.webm")));
}

TEST(SoundLimiterTest, WhatIsNotTooLoudIsNotTouched) {
  SoundLimiter limiter;
  std::vector<float> samples(kFrame * 2, 0.85f);
  const auto before = samples;
  limiter.Process(samples);
  EXPECT_EQ(samples, before);
}

TEST(SoundLimiterTest, LoudnessIsBroughtDownWithoutClippingAndComesBack) {
  SoundLimiter limiter;
  std::vector<float> loud(kFrame * 2);
  for (int round = 0; round < 10; ++round) {
    for (size_t i = 0; i < loud.size(); ++i) {
      loud[i] = static_cast<float>(3 * std::sin(static_cast<double>(i) / 20));
    }
    limiter.Process(loud);
    for (const float sample : loud) EXPECT_LE(std::abs(sample), 1.0f);
  }
  for (const float sample : loud) EXPECT_LE(std::abs(sample), SoundLimiter::kCeiling + 1e-3f);
  std::vector<float> quiet(kFrame * 2, 0.1f);
  for (int round = 0; round < 100; ++round) {
    quiet.assign(kFrame * 2, 0.1f);
    limiter.Process(quiet);
  }
  EXPECT_EQ(quiet.back(), 0.1f);
}

}  // namespace
}  // namespace parley::testing
