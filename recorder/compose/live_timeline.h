#pragma once

// A recording that is still written as the compositor sees it while the meeting runs: its timeline
// read on from where it was read before. Whoever is there, speaks, or has a picture now is taken to
// go on; a camera from which nothing came for kQuiet is off. One thread; blocks for as long as the
// disk does.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "recorder/library/manifest.h"
#include "recorder/library/recording_state.h"
#include "recorder/library/timeline_reader.h"
#include "recorder/storage/stored_file.h"

namespace parley {

class LiveTimeline {
 public:
  static constexpr int64_t kQuietUs = 2'000'000;
  // What goes on ends then: later than anybody looks.
  static constexpr int64_t kOnAndOnUs = int64_t{8} * 24 * 3600 * 1'000'000;

  explicit LiveTimeline(const std::filesystem::path& directory)
      : directory_(directory), reader_(directory) {}

  // Reads what is new. A sentence when the directory holds no recording, or none any more.
  std::expected<void, std::string> Update();
  // As of `now_us` of recorded time.
  Manifest Read(int64_t now_us);
  // Of what was written then of tracks that are still written; 0: there is none.
  int64_t newest_us() const { return newest_us_; }
  // Whether it is still written.
  bool goes_on() const { return state_ && state_->state == "recording"; }
  int64_t started_at_us() const { return state_ ? state_->started_at_us : 0; }

 private:
  void ReadFile();
  bool IsOpen(const RecordedTrack& track) const;

  const std::filesystem::path directory_;
  TimelineReader reader_;
  std::optional<RecordingState> state_;
  uint32_t segment_ = 0;  // that is read
  std::optional<StoredFile> file_;
  size_t read_ = 0;  // bytes of it
  int64_t newest_us_ = 0;
};

}  // namespace parley
