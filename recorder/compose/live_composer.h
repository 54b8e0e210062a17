#pragma once

// A meeting composed while it runs: follows the recording that is being written (LiveTimeline) a
// little behind the clock and makes segments of it (HlsWriter). What is not there when its time has
// come is not waited for. While the recording is paused an empty stage is shown. One thread; blocks
// for as long as the disk does. At most kMostSourcesOpen decoders.

#include <algorithm>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "recorder/compose/canvas.h"
#include "recorder/compose/hls_writer.h"
#include "recorder/compose/live_timeline.h"
#include "recorder/compose/picture_source.h"
#include "recorder/compose/sound_mix.h"
#include "recorder/compose/stage_painter.h"
#include "recorder/live/live_ladder.h"
#include "recorder/scene/schedule.h"
#include "sfu/base/units.h"

namespace parley {

struct LiveOptions {
  LayoutKind layout = LayoutKind::kGallery;
  int height = 720;
  int frame_rate = 30;
};

class LiveComposer {
 public:
  static constexpr size_t kMostSourcesOpen = 64;
  // Behind the clock: a lost packet was fetched again by then, and what it belongs to written.
  static constexpr int64_t kDelayUs = 1'500'000;

  // `output`: the directory for what is made. A sentence when there is no recording.
  static std::expected<std::unique_ptr<LiveComposer>, std::string> Open(
      const std::filesystem::path& directory, const std::filesystem::path& output,
      const LiveOptions& options, WallTime now);

  // Makes what is due, at most a second of it; false when the recording is over and all of it made.
  // `passed`: since Open().
  std::expected<bool, std::string> Step(Duration passed);
  // So long of that time it was at work.
  void HandleWorked(Duration worked, Duration passed);
  // Ends the playlist.
  std::expected<void, std::string> Finish() { return writer_.Finish(); }

  // Until the next picture is due.
  Duration UntilNext(Duration passed) const;
  int frame_rate() const { return options_.frame_rate / rung_.stride; }
  const LiveRung& rung() const { return rung_; }
  uint64_t segments_written() const { return writer_.segments_written(); }
  // Tiles whose pictures wait for a key frame.
  size_t blind() const;
  // Of recorded time, what is made next.
  int64_t position_us() const { return TickUs(tick_); }
  // What is made now is so far behind what should be.
  Duration late(Duration passed) const {
    return std::max(Duration::Zero(), Duration::Micros(ToRecorded(passed) - TickUs(tick_)));
  }

 private:
  // All that depends on the canvas.
  struct Stage {
    Stage(CanvasSize size, const std::vector<ShownPerson>& people)
        : canvas(size), painter(canvas, people) {}
    Canvas canvas;
    StagePainter painter;
  };

  LiveComposer(const std::filesystem::path& directory, const std::filesystem::path& output,
               const LiveOptions& options);
  // What should be made at that time.
  int64_t ToRecorded(Duration passed) const { return origin_us_ + passed.us(); }
  int64_t tick_rate() const { return kTicksPerPicture * options_.frame_rate; }
  int64_t TickUs(int64_t tick) const { return begin_us_ + tick * 1'000'000 / tick_rate(); }
  HlsWriter::Result BeginRun(int64_t recorded_us);
  HlsWriter::Result AddTick();
  HlsWriter::Result AddPicture(int64_t tick_us);
  // Whether one of what is shown has another picture then.
  bool IsDue(int64_t recorded_us);
  void Refresh(int64_t recorded_us);
  // How far the clock is from the recorder's, where that is more than what a delay makes up for: it
  // may have been set since the recording began. What is written says where it is.
  int64_t ClockError(int64_t recorded_us);
  // Goes on there.
  HlsWriter::Result MoveTo(int64_t recorded_us);
  void ShowScene(int64_t recorded_us);
  void UpdatePictures(int64_t recorded_us);
  void FollowSound(int64_t recorded_us);
  void CloseHidden(int64_t recorded_us);
  PictureSource* SourceOf(size_t track, int64_t recorded_us);
  bool IsPaused(int64_t recorded_us) const;

  const std::filesystem::path directory_;
  const LiveOptions options_;
  LiveTimeline timeline_;
  HlsWriter writer_;
  LiveLadder ladder_;
  LiveRung rung_;
  Manifest manifest_;
  Schedule schedule_;
  std::unique_ptr<Stage> stage_;
  std::vector<Tile> shown_;
  std::map<std::string, std::unique_ptr<PictureSource>> sources_;  // by file; null: unreadable
  std::list<RecordedTrack> heard_;                                 // by the mix, which borrows them
  SoundMix mix_;
  std::vector<float> sound_;
  int64_t origin_us_ = 0;  // of recorded time, when it was opened
  int64_t begin_us_ = 0;   // of recorded time, tick 0
  int64_t tick_ = 0;       // tick_rate() a second
  int64_t encoded_tick_ = 0;
  int64_t chunk_ = 0;  // of sound
  int64_t refreshed_us_ = -1;
  int64_t newest_us_ = 0;  // of what was written, when it was looked at last
  int behind_ = 0;         // looks in a row that found it too old
};

}  // namespace parley
