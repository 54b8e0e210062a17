// Sound and picture of one person in what is made of a recording: how far each is from its time,
// and so from each other, wherever the camera's pictures fall between those of the file.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "recorder/compose/composer.h"
#include "tests/recorder/compose/test_recording.h"

namespace parley::testing {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kSeconds = 8;
constexpr double kMostApart = 0.010;

// A tenth of a second of tone at each full one.
double Beep(double t) {
  return t - std::floor(t) < 0.1 ? 0.5 * std::sin(2 * std::numbers::pi * 1000 * t) : 0;
}

void Compose(const TestRecording& recording, const fs::path& file, const ComposeOptions& options) {
  auto manifest = ReadRecording(recording.directory());
  ASSERT_TRUE(manifest) << manifest.error();
  auto composer = Composer::Open(recording.directory(), *std::move(manifest), file, options);
  ASSERT_TRUE(composer) << composer.error();
  while (true) {
    const auto more = (*composer)->Step();
    ASSERT_TRUE(more) << more.error();
    if (!*more) return;
  }
}

// Of all beeps, how much too late each is heard, in seconds.
std::vector<double> SoundLate(const fs::path& file) {
  const std::vector<float> sound = SamplesOf(file);
  std::vector<double> late;
  for (int64_t second = 1; second + 1 < kSeconds; ++second) {
    auto at = static_cast<size_t>(second * 48'000 - 4800);
    while (at < sound.size() && std::abs(sound[at]) < 0.1f) ++at;
    late.push_back(static_cast<double>(at) / 48'000 - static_cast<double>(second));
  }
  return late;
}

class LipSyncTest : public ::testing::TestWithParam<int> {};

TEST_P(LipSyncTest, WhatBelongsTogetherIsLessThan10MsApart) {
  const Duration phase = Duration::Millis(GetParam());
  TestRecording recording("lips-" + std::to_string(GetParam()));
  recording.Join(Duration::Zero(), "p1", "Ada");
  recording.AddPictures("p1", "camera", phase, Duration::Seconds(kSeconds) - phase,
                        {.frame_rate = 30});
  recording.AddSound("p1", Duration::Zero(), Duration::Seconds(kSeconds), Beep);
  recording.End(Duration::Seconds(kSeconds));
  const fs::path file = recording.Output("out.mp4");
  Compose(recording, file, {.height = 360, .preset = "ultrafast"});
  const auto [least, most] = std::ranges::minmax(SoundLate(file));
  const auto changes = ChangesIn(file, 0, 0, 640, 360);
  ASSERT_GT(changes.size(), 220u) << "hardly one is left out";
  for (const auto& [at, number] : changes) {
    if (number < 1) continue;
    const double late = at - phase.seconds() - number / 30.0;
    EXPECT_LT(late - least, kMostApart) << number;
    EXPECT_GT(late - most, -kMostApart) << number;
  }
}

INSTANTIATE_TEST_SUITE_P(Phases, LipSyncTest, ::testing::Values(0, 8, 16, 24));

}  // namespace
}  // namespace parley::testing
