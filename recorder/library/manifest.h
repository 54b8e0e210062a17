#pragma once

// A recording as players, compositors and the API see it, read from its directory (FORMAT.md):
// finished, half-written or still growing. Any thread; blocks for as long as the disk does.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

namespace parley {

// All times are microseconds since the recording began.
struct TimeSpan {
  int64_t start_us = 0;
  int64_t end_us = 0;
};

struct RecordedTrack : TimeSpan {
  std::string file;
  uint32_t source = 0;
  std::string participant;
  std::string kind;
  std::string codec;
  uint32_t width = 0;
  uint32_t height = 0;
  uint64_t size = 0;  // bytes
  bool finished = false;
  std::vector<TimeSpan> gaps;
};

struct RecordedPerson {
  std::string id;
  std::string name;  // the last one
  std::string role;
  std::vector<TimeSpan> present;
};

struct RecordedSpeech : TimeSpan {
  std::string participant;
};

struct RecordedChat {
  int64_t at_us = 0;
  std::string participant;
  std::string name;
  std::string text;
};

struct RecordedMark : TimeSpan {
  std::string kind;  // pause, damage
};

struct Manifest {
  std::string id;
  std::string room;
  std::string title;
  std::string state;
  int64_t started_at_us = 0;  // since 1970
  int64_t duration_us = 0;
  uint64_t size = 0;  // bytes of all tracks
  std::vector<RecordedPerson> participants;
  std::vector<RecordedTrack> tracks;
  std::vector<RecordedSpeech> speakers;
  std::vector<RecordedChat> chat;
  std::vector<RecordedMark> marks;

  std::string ToJson() const;
};

// A sentence when the directory holds no recording, or one that is locked.
std::expected<Manifest, std::string> ReadRecording(const std::filesystem::path& directory);

}  // namespace parley
