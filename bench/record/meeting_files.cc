#include "bench/record/meeting_files.h"

#include <opus/opus.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numbers>
#include <random>
#include <vector>

#include "recorder/library/recording_state.h"
#include "recorder/mux/track_file.h"
#include "recorder/write/timeline_writer.h"
#include "sfu/base/check.h"
#include "tests/recorder/compose/vp8_track.h"

namespace parley::bench {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kCameraBitrate = 700'000;
// As the recorder does it.
constexpr Duration kNoteInterval = Duration::Seconds(5);

// A head that moves before a wall, and a camera's noise on both.
class Head {
 public:
  void Paint(AVFrame& frame, int number) {
    const double t = number / 30.0;
    const double x = frame.width * (0.5 + 0.06 * std::sin(t * 1.3));
    const double y = frame.height * (0.55 + 0.04 * std::sin(t * 2.1));
    const double radius = frame.height * 0.28;
    const double mouth = 0.1 + 0.08 * std::sin(t * 17);
    for (int row = 0; row < frame.height; ++row) {
      uint8_t* line = frame.data[0] + row * frame.linesize[0];
      for (int column = 0; column < frame.width; ++column) {
        const double dx = (column - x) / radius;
        const double dy = (row - y) / (radius * 1.25);
        int luma = 60 + row * 40 / frame.height + (column / 23 * 7 + row / 31 * 5) % 19;
        if (dx * dx + dy * dy < 1) {
          luma = 150 + static_cast<int>(30 * dx) - static_cast<int>(20 * dy);
          const bool eye = std::abs(std::abs(dx) - 0.35) < 0.1 && std::abs(dy + 0.2) < 0.06;
          const bool lips = std::abs(dx) < 0.3 && std::abs(dy - 0.45) < mouth;
          if (eye || lips) luma = 50;
        }
        line[column] = static_cast<uint8_t>(luma + static_cast<int>(random_() % 5) - 2);
      }
    }
    for (int row = 0; row < (frame.height + 1) / 2; ++row) {
      for (int column = 0; column < (frame.width + 1) / 2; ++column) {
        frame.data[1][row * frame.linesize[1] + column] = static_cast<uint8_t>(118 + row % 8);
        frame.data[2][row * frame.linesize[2] + column] = static_cast<uint8_t>(138 + column % 8);
      }
    }
  }

 private:
  std::minstd_rand random_{1};
};

void WriteVoice(const fs::path& path, Duration length) {
  auto file = TrackFile::Create(path, {.channels = 2, .codec_private = {}});
  PARLEY_CHECK(file.has_value());
  int error = 0;
  const std::unique_ptr<OpusEncoder, void (*)(OpusEncoder*)> encoder(
      opus_encoder_create(48'000, 1, OPUS_APPLICATION_VOIP, &error), opus_encoder_destroy);
  std::array<float, 960> samples;
  std::array<uint8_t, 1500> packet;
  for (Duration at; at < length; at += Duration::Millis(20)) {
    for (size_t i = 0; i < samples.size(); ++i) {
      const double t = at.seconds() + static_cast<double>(i) / 48'000;
      samples[i] = static_cast<float>(0.2 * std::sin(2 * std::numbers::pi * 180 * t) *
                                      (1 + std::sin(2 * std::numbers::pi * 3 * t)));
    }
    const int size = opus_encode_float(encoder.get(), samples.data(), 960, packet.data(), 1500);
    PARLEY_CHECK(size > 0);
    PARLEY_CHECK(!file->Add(at, true, std::span(packet).first(static_cast<size_t>(size))));
  }
  PARLEY_CHECK(!file->Finish(length));
}

}  // namespace

void MakeRecording(const fs::path& directory, const PeopleOptions& options) {
  fs::remove_all(directory);
  fs::create_directories(directory);
  RecordingState state;
  state.id = directory.filename();
  state.started_at_us = 1;
  state.state = "finished";
  state.segments = 1;
  PARLEY_CHECK(!state.Save(directory));
  auto timeline = TimelineWriter::Create(TimelinePath(directory, 1));
  PARLEY_CHECK(timeline.has_value());
  const auto note = [&](Duration at, const std::string& json) {
    PARLEY_CHECK(!timeline->Add(at, json));
  };
  Head head;
  testing::WriteVp8Track(
      directory / "camera.webm", Duration::Zero(), options.length,
      {.width = options.width,
       .height = options.height,
       .frame_rate = options.frame_rate,
       .key_interval = static_cast<int>(options.key_interval.seconds() * options.frame_rate),
       .painted = static_cast<int>(options.painted.seconds() * options.frame_rate),
       .bitrate = kCameraBitrate},
      [&](AVFrame& frame, int number) { head.Paint(frame, number); });
  WriteVoice(directory / "voice.webm", options.length);
  const std::string end = R"(,"start_us":0,"end_us":)" + std::to_string(options.length.us());
  for (int i = 1; i <= options.people; ++i) {
    const std::string person = R"("participant":"p)" + std::to_string(i) + '"';
    note(Duration::Zero(), R"({"type":"joined",)" + person + R"(,"name":"Ada Lovelace"})");
    for (const bool camera : {true, false}) {
      const std::string file = std::to_string(2 * i + (camera ? 1 : 0)) + "-1-1.webm";
      fs::create_hard_link(directory / (camera ? "camera.webm" : "voice.webm"), directory / file);
      const std::string what =
          camera ? R"("kind":"camera","codec":"vp8")" : R"("kind":"microphone","codec":"opus")";
      note(Duration::Zero(), R"({"type":"track","file":")" + file + R"(","source":)" +
                                 std::to_string(2 * i + (camera ? 1 : 0)) + "," + person + "," +
                                 what + "}");
      for (Duration at = kNoteInterval; at < options.length; at += kNoteInterval) {
        note(at, R"({"type":"written","file":")" + file + R"(","start_us":0,"end_us":)" +
                     std::to_string(at.us()) + R"(,"bytes":1})");
      }
      note(options.length, R"({"type":"finished","file":")" + file + '"' + end + R"(,"bytes":1})");
    }
  }
  for (Duration at; options.chat_interval > Duration::Zero() && at < options.length;
       at += options.chat_interval) {
    note(at, R"({"type":"chat","participant":"p1","name":"Ada Lovelace","text":"Shall we?"})");
  }
  for (int64_t second = 0; Duration::Seconds(second) < options.length; second += 3) {
    note(Duration::Seconds(second), R"({"type":"speaker","participant":"p)" +
                                        std::to_string(second / 3 % options.people + 1) + "\"}");
  }
  note(options.length, R"({"type":"end"})");
}

}  // namespace parley::bench
