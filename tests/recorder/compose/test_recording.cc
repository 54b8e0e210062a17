#include "tests/recorder/compose/test_recording.h"

#include <gtest/gtest.h>
#include <opus/opus.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <sstream>

#include "recorder/library/recording_state.h"
#include "recorder/mux/track_file.h"
#include "recorder/storage/recording_key.h"

namespace parley::testing {
namespace {

namespace fs = std::filesystem;

constexpr int kCells = 4;  // by four: a bit each, the highest two always 0 1
constexpr int kMark = 0x4000;
constexpr int kNumberMask = 0x3FFF;
constexpr uint8_t kDark = 40;
constexpr uint8_t kBright = 215;

void PaintNumber(AVFrame& frame, int number) {
  for (int y = 0; y < frame.height; ++y) {
    for (int x = 0; x < frame.width; ++x) {
      const int cell = y * kCells / frame.height * kCells + x * kCells / frame.width;
      const bool bright = ((number | kMark) >> (15 - cell) & 1) != 0;
      frame.data[0][y * frame.linesize[0] + x] = bright ? kBright : kDark;
    }
  }
  for (const int plane : {1, 2}) {
    std::memset(
        frame.data[plane], 128,
        static_cast<size_t>(frame.linesize[plane]) * static_cast<size_t>((frame.height + 1) / 2));
  }
}

std::string OutputOf(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  std::array<char, 65'536> buffer;
  while (const size_t got = fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), got);
  }
  pclose(pipe);
  return output;
}

std::string Crop(int x, int y, int width, int height) {
  return "crop=" + std::to_string(width) + ":" + std::to_string(height) + ":" + std::to_string(x) +
         ":" + std::to_string(y);
}

std::vector<int> NumbersOf(const fs::path& file, const std::string& filters) {
  const std::string pixels =
      OutputOf("ffmpeg -v error -i '" + file.string() + "' -vf '" + filters +
               ",scale=4:4:flags=area' -fps_mode passthrough -pix_fmt gray -f rawvideo - "
               "2>/dev/null");
  std::vector<int> numbers;
  for (size_t at = 0; at + 16 <= pixels.size(); at += 16) {
    int number = 0;
    for (size_t i = 0; i < 16; ++i) {
      number = number << 1 | (static_cast<uint8_t>(pixels[at + i]) > 110 ? 1 : 0);
    }
    const bool marked = (number & ~kNumberMask) == kMark;
    numbers.push_back(marked ? number & kNumberMask : -1);
  }
  return numbers;
}

}  // namespace

TestRecording::TestRecording(const std::string& name, Kind kind)
    : directory_(fs::temp_directory_path() /
                 ("parley-compose-" + std::to_string(getpid()) + "-" + name)) {
  av_log_set_level(AV_LOG_QUIET);
  fs::remove_all(directory_);
  fs::create_directories(directory_);
  if (kind == Kind::kSealed) {
    EXPECT_FALSE(RecordingKey::Make(directory_));
  }
  RecordingState state;
  state.id = "rec1";
  state.room = "weekly";
  state.title = "Weekly";
  state.started_at_us = 1'700'000'000'000'000;
  state.state = "finished";
  state.segments = 1;
  EXPECT_FALSE(state.Save(directory_));
  timeline_.emplace(*TimelineWriter::Create(TimelinePath(directory_, 1)));
  Event(Duration::Zero(), R"({"type":"begin"})");
}

void TestRecording::SetUnderWay(bool under_way) {
  auto state = RecordingState::Load(directory_);
  ASSERT_TRUE(state);
  state->state = under_way ? "recording" : "finished";
  EXPECT_FALSE(state->Save(directory_));
}

TestRecording::~TestRecording() { fs::remove_all(directory_); }

void TestRecording::Event(Duration at, const std::string& json) {
  EXPECT_FALSE(timeline_->Add(at, json));
}

void TestRecording::Join(Duration at, const std::string& id, const std::string& name) {
  Event(at, R"({"type":"joined","participant":")" + id + R"(","name":")" + name +
                R"(","role":"panelist"})");
}

void TestRecording::End(Duration at) {
  Event(at, R"({"type":"end"})");
  EXPECT_FALSE(timeline_->End());
}

std::string TestRecording::Begin(Duration at, const std::string& participant,
                                 const std::string& kind, const std::string& codec, int width,
                                 int height) {
  ++source_;
  std::string file = std::to_string(source_) + "-1-1.webm";
  Event(at, R"({"type":"track","file":")" + file + R"(","source":)" + std::to_string(source_) +
                R"(,"participant":")" + participant + R"(","kind":")" + kind + R"(","codec":")" +
                codec + R"(","width":)" + std::to_string(width) + R"(,"height":)" +
                std::to_string(height) + "}");
  return file;
}

void TestRecording::Finished(Duration end, const std::string& file) {
  Event(end, R"({"type":"finished","file":")" + file + R"(","start_us":0,"end_us":)" +
                 std::to_string(end.us()) + R"(,"bytes":)" +
                 std::to_string(fs::file_size(directory_ / file)) + "}");
}

std::string TestRecording::AddPictures(const std::string& participant, const std::string& kind,
                                       Duration from, Duration length,
                                       const PicturesOptions& options) {
  std::string name = Begin(from, participant, kind, "vp8", options.width, options.height);
  WriteVp8Track(directory_ / name, from, length, options, PaintNumber);
  Finished(from + length, name);
  return name;
}

std::string TestRecording::AddSound(const std::string& participant, Duration from, Duration length,
                                    const std::function<double(double)>& wave) {
  std::string name = Begin(from, participant, "microphone", "opus", 0, 0);
  auto file = TrackFile::Create(directory_ / name, {.channels = 2, .codec_private = {}});
  EXPECT_TRUE(file.has_value());
  int error = 0;
  const std::unique_ptr<OpusEncoder, void (*)(OpusEncoder*)> encoder(
      opus_encoder_create(48'000, 1, OPUS_APPLICATION_RESTRICTED_LOWDELAY, &error),
      opus_encoder_destroy);
  std::array<float, 960> samples;
  std::array<uint8_t, 1500> packet;
  for (Duration at; at < length; at += Duration::Millis(20)) {
    for (size_t i = 0; i < samples.size(); ++i) {
      samples[i] =
          static_cast<float>(wave((from + at).seconds() + static_cast<double>(i) / 48'000));
    }
    const int size = opus_encode_float(encoder.get(), samples.data(), 960, packet.data(), 1500);
    EXPECT_GT(size, 0);
    EXPECT_FALSE(file->Add(from + at, true,
                           std::span(packet).first(static_cast<size_t>(std::max(size, 1)))));
  }
  EXPECT_FALSE(file->Finish(from + length));
  Finished(from + length, name);
  return name;
}

std::vector<int> NumbersIn(const fs::path& file, int x, int y, int width, int height) {
  return NumbersOf(file, "fps=30," + Crop(x, y, width, height));
}

std::vector<std::pair<double, int>> ChangesIn(const fs::path& file, int x, int y, int width,
                                              int height) {
  std::istringstream lines(
      OutputOf("ffprobe -v error -select_streams v -show_entries packet=pts_time -of csv=p=0 '" +
               file.string() + "'"));
  std::vector<double> times;
  for (std::string line; std::getline(lines, line);) times.push_back(std::atof(line.c_str()));
  std::ranges::sort(times);
  std::vector<std::pair<double, int>> changes;
  const std::vector<int> numbers = NumbersOf(file, Crop(x, y, width, height));
  EXPECT_EQ(numbers.size(), times.size());
  for (size_t i = 0; i < std::min(numbers.size(), times.size()); ++i) {
    if (changes.empty() || changes.back().second != numbers[i]) {
      changes.emplace_back(times[i], numbers[i]);
    }
  }
  return changes;
}

std::vector<float> SamplesOf(const fs::path& file) {
  const std::string bytes = OutputOf("ffmpeg -v error -i '" + file.string() +
                                     "' -map 0:a -ac 1 -ar 48000 -f f32le - 2>/dev/null");
  std::vector<float> samples(bytes.size() / sizeof(float));
  std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(float));
  return samples;
}

}  // namespace parley::testing
