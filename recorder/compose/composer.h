#pragma once

// A recording made into one file: scenes painted picture by picture, sound mixed, both encoded.
// Runs in steps, so that whoever calls it can tell how far it is, and stop. One thread; blocks for
// as long as the disk does.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "recorder/compose/canvas.h"
#include "recorder/compose/output_file.h"
#include "recorder/compose/picture_source.h"
#include "recorder/compose/sound_mix.h"
#include "recorder/compose/stage_painter.h"
#include "recorder/library/manifest.h"
#include "recorder/live/live_ladder.h"
#include "recorder/scene/kept_time.h"
#include "recorder/scene/schedule.h"

namespace parley {

struct ComposeOptions {
  Container container = Container::kMp4;
  bool video = true;
  LayoutKind layout = LayoutKind::kGallery;
  int height = 720;  // even, 180 to 2160
  int frame_rate = 30;
  const char* preset = nullptr;  // of x264; null: what the machine can afford
};

struct ComposeReport {
  uint64_t pictures = 0;          // encoded; others are unchanged
  uint64_t frames_damaged = 0;    // left out
  uint64_t packets_damaged = 0;   // of sound
  uint64_t files_unreadable = 0;  // left out
};

class Composer {
 public:
  // A sentence when `output` cannot be written. Both pauses and what no file holds are no error.
  static std::expected<std::unique_ptr<Composer>, std::string> Open(
      const std::filesystem::path& directory, Manifest manifest,
      const std::filesystem::path& output, const ComposeOptions& options);

  // Goes on for up to a second of the output; false when it is whole and has its name. Destroyed
  // before that, it leaves nothing behind.
  std::expected<bool, std::string> Step();
  // So long it has been at work. Where that is too long it steps down LiveLadder to fewer pictures
  // and a faster preset, and up again. The canvas stays: a file has one size.
  void HandlePassed(Duration passed);
  // Pictures a second, now; 0 where there are none.
  int frame_rate() const;
  const char* preset() const { return options_.preset != nullptr ? options_.preset : rung_.preset; }
  size_t steps_down() const { return ladder_.steps_down(); }
  // Done, 0 to 1.
  double fraction() const;
  ComposeReport report() const;

 private:
  Composer(const std::filesystem::path& directory, Manifest manifest,
           const ComposeOptions& options);

  int64_t tick_rate() const;
  OutputFile::Result AddTick();
  OutputFile::Result EnterRung();
  OutputFile::Result AddSoundUntil(int64_t output_us);
  void EnterScene(int64_t recorded_us);
  bool IsDue(int64_t recorded_us);
  void UpdatePictures(int64_t recorded_us);
  PictureSource* SourceOf(size_t track);
  void CloseHidden(const Scene& scene, int64_t recorded_us);

  std::filesystem::path directory_;
  Manifest manifest_;
  ComposeOptions options_;
  KeptTime time_;
  CanvasSize size_;
  Schedule schedule_;
  Canvas canvas_;
  StagePainter painter_;
  SoundMix mix_;
  std::unique_ptr<OutputFile> output_;
  std::map<size_t, std::unique_ptr<PictureSource>> sources_;  // by track; null: unreadable
  std::optional<size_t> scene_;
  std::vector<float> sound_;
  int64_t tick_ = 0;   // of the file's clock, tick_rate() a second
  int64_t ticks_ = 0;  // in all
  int64_t encoded_tick_ = 0;
  int64_t turn_ = 0;  // the tick of the next picture, where the last ones came no earlier
  LiveLadder ladder_;
  LiveRung rung_;      // that is being made
  int64_t chunk_ = 0;  // of sound
  int64_t chunks_ = 0;
  ComposeReport report_;
};

}  // namespace parley
