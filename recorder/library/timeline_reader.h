#pragma once

// Puts the timelines of a recording's segments together into a Manifest: who was there, who spoke,
// what was said, which files there are and how far they go. Lines that are damaged or unknown are
// passed over. One thread.

#include <rapidjson/document.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "recorder/library/manifest.h"

namespace parley {

class TimelineReader {
 public:
  explicit TimelineReader(std::filesystem::path directory) : directory_(std::move(directory)) {}

  // In order. One that is missing or empty counts for nothing.
  void ReadSegment(const std::filesystem::path& file);
  // The same piece by piece: the lines that are whole are read, and how many bytes they have is
  // returned.
  void BeginSegment() { CloseOpen(last_us_); }
  size_t ReadLines(std::string_view text);
  // Looks at the files that were not completed, and closes what is open.
  Manifest Finish();

 private:
  void Read(const rapidjson::Value& record, int64_t at);
  void ReadTrack(const rapidjson::Value& record, int64_t at);
  void ReadProgress(const rapidjson::Value& record, bool finished);
  void ReadGap(const rapidjson::Value& record);
  void SetSpeaker(const std::string& participant, int64_t at);
  RecordedPerson& PersonOf(const std::string& id);
  // Whoever is there, or speaking, is so until then: the segment is over. A pause is not.
  void CloseOpen(int64_t at);
  void EndPause(int64_t at);
  void LookAt(RecordedTrack& track) const;

  std::filesystem::path directory_;
  Manifest manifest_;
  std::map<std::string, int64_t> here_since_;  // by participant
  std::optional<RecordedSpeech> speech_;
  std::optional<int64_t> paused_since_;
  int64_t last_us_ = 0;
};

}  // namespace parley
