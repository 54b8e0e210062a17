// Recordings made into files; ffmpeg and ffprobe, which nobody here wrote, say what is in them.

#include "recorder/compose/composer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <numbers>
#include <random>
#include <sstream>

#include "recorder/compose/sound_copy.h"
#include "recorder/write/recording_writer.h"
#include "tests/recorder/compose/test_recording.h"
#include "tests/recorder/write/meeting.h"

namespace parley::testing {
namespace {

namespace fs = std::filesystem;

constexpr ComposeOptions kSmall{.height = 360, .preset = "ultrafast"};

// One that needs ten seconds for each of the first so many, and has all the time there is
// afterwards.
struct Machine {
  int busy_seconds = 0;
  std::vector<size_t>* steps = nullptr;  // down, after each second
};

ComposeReport Compose(const fs::path& directory, const fs::path& output,
                      const ComposeOptions& options, const Machine& machine = {}) {
  auto manifest = ReadRecording(directory);
  if (!manifest) {
    ADD_FAILURE() << manifest.error();
    return {};
  }
  auto composer = Composer::Open(directory, *std::move(manifest), output, options);
  if (!composer) {
    ADD_FAILURE() << composer.error();
    return {};
  }
  Duration passed = Duration::Zero();
  for (int second = 0;; ++second) {
    const auto more = (*composer)->Step();
    EXPECT_TRUE(more) << more.error();
    if (!more || !*more) return (*composer)->report();
    passed =
        passed + (second < machine.busy_seconds ? Duration::Seconds(10) : Duration::Millis(100));
    (*composer)->HandlePassed(passed);
    if (machine.steps != nullptr) machine.steps->push_back((*composer)->steps_down());
  }
}

double Beep(double t) {
  const double in_second = t - std::floor(t);
  return in_second < 0.1 ? 0.5 * std::sin(2 * std::numbers::pi * 1000 * t) : 0;
}

std::string Contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// When each stands, and a hash of it.
std::string PacketsOf(const fs::path& file) {
  return Run(
      "ffprobe -v error -show_entries packet=pts_time,data_hash -show_data_hash md5 -of csv=p=0 '" +
      file.string() + "'");
}

void ExpectCleanFile(const fs::path& file, double seconds) {
  EXPECT_EQ(FileFaults(file.string()), "");
  EXPECT_NEAR(DurationOf(file.string()), seconds, 0.2);
  std::istringstream times(
      Run("ffprobe -v error -show_entries packet=stream_index,dts_time -of csv=p=0 '" +
          file.string() + "'"));
  std::array<double, 2> last = {-1e9, -1e9};
  for (std::string line; std::getline(times, line) && line.find(',') != std::string::npos;) {
    const double at = std::atof(line.c_str() + 2);
    double& before = last[line[0] == '1' ? 1 : 0];
    EXPECT_GT(at, before) << line;
    before = at;
  }
  EXPECT_FALSE(fs::exists(file.string() + ".part"));
}

TEST(ComposerTest, EveryPictureStandsAtItsTimeAndSoundWithIt) {
  TestRecording recording("numbers");
  recording.Join(Duration::Zero(), "p1", "Ada");
  recording.AddPictures("p1", "camera", Duration::Zero(), Duration::Seconds(6));
  recording.AddSound("p1", Duration::Zero(), Duration::Seconds(6), Beep);
  recording.Join(Duration::Seconds(2), "p2", "Boole");
  recording.AddPictures("p2", "camera", Duration::Millis(2500), Duration::Millis(3500));
  recording.End(Duration::Seconds(6));
  const fs::path file = recording.Output("out.mp4");
  const ComposeReport report = Compose(recording.directory(), file, {.height = 360});
  EXPECT_EQ(report.frames_damaged + report.packets_damaged + report.files_unreadable, 0u);
  ExpectCleanFile(file, 6);
  const std::string bytes = Contents(file);
  EXPECT_LT(bytes.find("moov"), bytes.find("mdat")) << "plays before it is loaded whole";

  // Alone on the canvas until 2 s, then on the left half.
  const auto alone = NumbersIn(file, 0, 0, 640, 360);
  const auto left = NumbersIn(file, 0, 90, 320, 180);
  const auto right = NumbersIn(file, 320, 90, 320, 180);
  ASSERT_NEAR(static_cast<double>(alone.size()), 180, 2);
  for (size_t i = 0; i < 175; ++i) {
    const double second = static_cast<double>(i) / 30;
    const int seen = i < 60 ? alone[i] : left[i];
    // Half a thirtieth, and half of the time between two at which a picture may begin.
    EXPECT_NEAR(seen / 25.0, second, 0.027) << i;
    if (i >= 60 && i < 75) {
      EXPECT_EQ(right[i], -1) << "an avatar";
    } else if (i > 75) {
      EXPECT_NEAR(2.5 + right[i] / 25.0, second, 0.027) << i;
    }
  }
  const std::vector<float> sound = SamplesOf(file);
  ASSERT_GT(sound.size(), 5u * 48'000);
  for (size_t second = 1; second < 6; ++second) {
    size_t at = second * 48'000 - 4800;
    while (at < sound.size() && std::abs(sound[at]) < 0.2f) ++at;
    EXPECT_NEAR(static_cast<double>(at) / 48'000, static_cast<double>(second), 0.015);
  }
}

TEST(ComposerTest, PicturesThatAreLeftOutMakeTheOthersNeitherLateNorEarly) {
  TestRecording recording("slowly");
  recording.Join(Duration::Zero(), "p1", "Ada");
  recording.AddPictures("p1", "camera", Duration::Zero(), Duration::Seconds(14));
  recording.End(Duration::Seconds(14));
  const fs::path file = recording.Output("out.mp4");
  std::vector<size_t> steps;
  Compose(recording.directory(), file, {.height = 360}, {.busy_seconds = 14, .steps = &steps});
  EXPECT_EQ(steps.back(), 4u);
  ExpectCleanFile(file, 14);
  const auto seen = NumbersIn(file, 0, 0, 640, 360);
  ASSERT_GT(seen.size(), 410u);
  double sum = 0;
  for (size_t i = 303; i < 405; ++i) {
    // What should be seen in the middle of the thirtieth.
    const double off = seen[i] / 25.0 - (static_cast<double>(i) + 0.5) / 30;
    EXPECT_LE(std::abs(off), 0.075) << i;
    sum += off;
  }
  EXPECT_NEAR(sum / 102, -0.02, 0.02) << "a picture stands from its number on";
}

TEST(ComposerTest, AFileStepsDownAndUpAgainInItsMiddle) {
  TestRecording recording("ladder");
  recording.Join(Duration::Zero(), "p1", "Ada");
  recording.AddPictures("p1", "camera", Duration::Zero(), Duration::Seconds(80));
  recording.AddSound("p1", Duration::Zero(), Duration::Seconds(80), Beep);
  recording.End(Duration::Seconds(80));
  const fs::path file = recording.Output("out.mp4");
  std::vector<size_t> steps;
  Compose(recording.directory(), file, {.height = 360}, {.busy_seconds = 8, .steps = &steps});
  EXPECT_EQ(std::ranges::max(steps), 4u);
  EXPECT_EQ(steps.back(), 0u);
  ExpectCleanFile(file, 80);
  // x264 writes into its streams how it was told to make them.
  const std::string bytes = Contents(file);
  for (const char* const preset : {"subme=2", "subme=1", "subme=0"}) {
    EXPECT_TRUE(bytes.contains(preset)) << preset;
  }
  const auto seen = NumbersIn(file, 0, 0, 640, 360);
  ASSERT_NEAR(static_cast<double>(seen.size()), 2400, 3);
  for (size_t i = 0; i < 2395; ++i) {
    EXPECT_NEAR(seen[i] / 25.0, static_cast<double>(i) / 30, 0.1) << i;
  }
}

TEST(ComposerTest, AFileKeepsThePresetThatWasAskedFor) {
  TestRecording recording("preset");
  recording.Join(Duration::Zero(), "p1", "Ada");
  recording.AddPictures("p1", "camera", Duration::Zero(), Duration::Seconds(10));
  recording.End(Duration::Seconds(10));
  const fs::path file = recording.Output("out.mp4");
  Compose(recording.directory(), file, {.height = 360, .preset = "faster"}, {.busy_seconds = 10});
  const std::string bytes = Contents(file);
  EXPECT_TRUE(bytes.contains("subme=4"));
  EXPECT_FALSE(bytes.contains("subme=0"));
}

TEST(ComposerTest, WhatDoesNotChangeIsNotEncodedAgain) {
  TestRecording recording("still");
  recording.Join(Duration::Zero(), "p1", "Ada");
  recording.AddSound("p1", Duration::Zero(), Duration::Seconds(10), Beep);
  recording.Event(Duration::Seconds(3), R"({"type":"speaker","participant":"p1"})");
  recording.Event(Duration::Seconds(4), R"({"type":"speaker"})");
  recording.End(Duration::Seconds(10));
  const fs::path file = recording.Output("out.mp4");
  const ComposeReport report = Compose(recording.directory(), file, kSmall);
  EXPECT_LE(report.pictures, 10u);
  ExpectCleanFile(file, 10);
}

TEST(ComposerTest, APauseIsNotThere) {
  TestRecording recording("pause");
  recording.Join(Duration::Zero(), "p1", "Ada");
  recording.AddPictures("p1", "camera", Duration::Zero(), Duration::Seconds(8));
  recording.Event(Duration::Seconds(2), R"({"type":"pause"})");
  recording.Event(Duration::Seconds(6), R"({"type":"resume"})");
  recording.End(Duration::Seconds(8));
  const fs::path file = recording.Output("out.mp4");
  Compose(recording.directory(), file, kSmall);
  ExpectCleanFile(file, 4);
  const auto numbers = NumbersIn(file, 0, 0, 640, 360);
  ASSERT_GE(numbers.size(), 90u);
  EXPECT_NEAR(numbers[45], 37, 1);
  EXPECT_NEAR(numbers[75], 25 * 6.5, 1);
}

TEST(ComposerTest, AScreenIsLargeAndTheSpeakerBesideIt) {
  TestRecording recording("screen");
  recording.Join(Duration::Zero(), "p1", "Ada");
  recording.AddPictures("p1", "camera", Duration::Zero(), Duration::Seconds(3));
  recording.AddPictures("p1", "screen", Duration::Seconds(1), Duration::Seconds(2),
                        {.width = 1280, .height = 720, .frame_rate = 5});
  recording.End(Duration::Seconds(3));
  const fs::path file = recording.Output("out.mp4");
  ComposeOptions options = kSmall;
  options.layout = LayoutKind::kSpeaker;
  Compose(recording.directory(), file, options);
  ExpectCleanFile(file, 3);
  EXPECT_NEAR(NumbersIn(file, 0, 0, 640, 360)[15], 12, 1);
  EXPECT_EQ(NumbersIn(file, 0, 46, 480, 270)[60], 5);
  EXPECT_NEAR(NumbersIn(file, 480, 136, 160, 90)[60], 50, 1);
}

TEST(ComposerTest, SoundAloneIsM4aOrOpus) {
  TestRecording recording("sound");
  recording.Join(Duration::Zero(), "p1", "Ada");
  recording.Join(Duration::Zero(), "p2", "Boole");
  recording.AddSound("p1", Duration::Zero(), Duration::Seconds(3), Beep);
  recording.AddSound("p2", Duration::Millis(500), Duration::Seconds(2),
                     [](double t) { return Beep(t - 0.5); });
  recording.End(Duration::Seconds(3));
  for (const auto& [name, container] :
       {std::pair("out.m4a", Container::kMp4), std::pair("out.webm", Container::kWebm)}) {
    const fs::path file = recording.Output(name);
    Compose(recording.directory(), file, {.container = container, .video = false});
    ExpectCleanFile(file, 3);
    const std::vector<float> sound = SamplesOf(file);
    for (const double at : {1.0, 1.5, 2.0}) {
      const auto begin = static_cast<size_t>(at * 48'000);
      float before = 0;
      float inside = 0;
      for (size_t i = 0; i < 2000; ++i) {
        before = std::max(before, std::abs(sound[begin - 4000 + i]));
        inside = std::max(inside, std::abs(sound[begin + 1200 + i]));
      }
      EXPECT_LT(before, 0.05f) << name << at;
      EXPECT_GT(inside, 0.3f) << name << at;
    }
  }
}

TEST(ComposerTest, OneSoundAloneIsCopiedPacketByPacket) {
  TestRecording recording("copy");
  recording.Join(Duration::Zero(), "p1", "Ada");
  const fs::path track = recording.directory() /
                         recording.AddSound("p1", Duration::Seconds(1), Duration::Seconds(2), Beep);
  Manifest manifest = *ReadRecording(recording.directory());
  ASSERT_NE(OnlySound(manifest), nullptr);
  const fs::path file = recording.Output("out.webm");
  EXPECT_TRUE(CopySound(track, file, "Weekly"));
  EXPECT_EQ(FileFaults(file.string()), "");
  EXPECT_EQ(PacketsOf(file), PacketsOf(track));
  manifest.marks.push_back({{0, 5}, "pause"});
  EXPECT_EQ(OnlySound(manifest), nullptr);
  recording.AddSound("p2", Duration::Seconds(1), Duration::Seconds(1), Beep);
  EXPECT_EQ(OnlySound(*ReadRecording(recording.directory())), nullptr);
}

TEST(ComposerTest, DamageIsLeftOutAndCounted) {
  TestRecording recording("damage");
  recording.Join(Duration::Zero(), "p1", "Ada");
  const std::string name =
      recording.AddPictures("p1", "camera", Duration::Zero(), Duration::Seconds(4));
  recording.AddSound("p1", Duration::Zero(), Duration::Seconds(4), Beep);
  recording.AddPictures("p2", "camera", Duration::Zero(), Duration::Seconds(1));
  recording.End(Duration::Seconds(4));
  // Frames become rubbish, their blocks stay.
  std::string bytes = Contents(recording.directory() / name);
  std::mt19937 random(5);
  for (size_t at = bytes.size() / 3; at < bytes.size() / 2; ++at) {
    const bool inside = bytes.compare(at, 4, "\x1F\x43\xB6\x75") != 0;
    if (inside && random() % 40 == 0) bytes[at] = static_cast<char>(random());
  }
  std::ofstream(recording.directory() / name, std::ios::binary) << bytes;
  fs::remove(recording.directory() / "3-1-1.webm");
  const fs::path file = recording.Output("out.mp4");
  const ComposeReport report = Compose(recording.directory(), file, kSmall);
  EXPECT_EQ(report.files_unreadable, 1u);
  ExpectCleanFile(file, 4);
}

TEST(ComposerTest, WhatAKilledRecorderLeftIsComposed) {
  TestRecording place("killed");
  fs::remove_all(place.directory());
  fs::create_directories(place.directory());
  const MeetingOptions meeting;
  RecordingWriter writer(place.directory());
  Timestamp tick = meeting.start;
  for (const FeedPacket& packet : MakeMeeting(meeting)) {
    if (packet.at > meeting.start + Duration::Seconds(4)) break;
    writer.HandleMessage(packet.message);
    if (packet.at - tick < Duration::Millis(50)) continue;
    tick = packet.at;
    writer.HandleTimeout(tick);
  }
  // Nothing is finished; a piece of a cluster stands at the end of a file.
  const fs::path copy = place.directory() / "copy";
  fs::create_directories(copy);
  for (const auto& entry : fs::directory_iterator(place.directory())) {
    if (!entry.is_regular_file()) continue;
    fs::copy_file(entry.path(), copy / entry.path().filename());
    if (entry.path().extension() == ".webm") {
      fs::resize_file(copy / entry.path().filename(), fs::file_size(entry.path()) - 100);
    }
  }
  const fs::path file = place.Output("out.mp4");
  const ComposeReport report = Compose(copy, file, kSmall);
  EXPECT_EQ(report.files_unreadable, 0u);
  EXPECT_GT(report.pictures, 80u);
  ExpectCleanFile(file, static_cast<double>(ReadRecording(copy)->duration_us) / 1e6);
}

TEST(ComposerTest, NothingIsLeftOfOneThatWasNotFinished) {
  TestRecording recording("cancel");
  recording.Join(Duration::Zero(), "p1", "Ada");
  recording.AddPictures("p1", "camera", Duration::Zero(), Duration::Seconds(3));
  recording.End(Duration::Seconds(3));
  const fs::path file = recording.Output("out.mp4");
  {
    auto composer =
        Composer::Open(recording.directory(), *ReadRecording(recording.directory()), file, kSmall);
    ASSERT_TRUE(composer);
    EXPECT_EQ((*composer)->Step(), true);
    EXPECT_GT((*composer)->fraction(), 0.2);
    EXPECT_TRUE(fs::exists(file.string() + ".part"));
  }
  EXPECT_FALSE(fs::exists(file.string() + ".part"));
  EXPECT_FALSE(fs::exists(file));
}

TEST(ComposerTest, ARecordingOfNothingIsAFileThatPlays) {
  TestRecording recording("nothing");
  recording.End(Duration::Seconds(1));
  const fs::path file = recording.Output("out.mp4");
  Compose(recording.directory(), file, kSmall);
  ExpectCleanFile(file, 1);
}

}  // namespace
}  // namespace parley::testing
