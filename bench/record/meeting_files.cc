#include "bench/record/meeting_files.h"

#include <cstdint>
#include <string>

#include "recorder/library/recording_state.h"
#include "recorder/write/timeline_writer.h"
#include "sfu/base/check.h"
#include "tests/media/moving_head.h"
#include "tests/media/opus_track.h"
#include "tests/media/vp8_track.h"

namespace parley::bench {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kCameraBitrate = 700'000;
// As the recorder does it.
constexpr Duration kNoteInterval = Duration::Seconds(5);

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
  testing::MovingHead head;
  testing::WriteVp8Track(
      directory / "camera.webm", Duration::Zero(), options.length,
      {.width = options.width,
       .height = options.height,
       .frame_rate = options.frame_rate,
       .key_interval = static_cast<int>(options.key_interval.seconds() * options.frame_rate),
       .painted = static_cast<int>(options.painted.seconds() * options.frame_rate),
       .bitrate = kCameraBitrate},
      [&](AVFrame& frame, int number) { head.Paint(frame, number); });
  testing::WriteOpusTrack(directory / "voice.webm", options.length);
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
