#pragma once

// What is stored of meetings, for the API: listed, read, renamed, deleted. Names come from outside
// and are held to the form of our own ids and files, so that no path leads elsewhere. One thread,
// which waits for the disk.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "recorder/library/manifest.h"
#include "recorder/library/recording_state.h"
#include "recorder/storage/stored_file.h"

namespace parley {

// "r" and 16 of RFC 4648 base32, in lower case.
bool IsRecordingId(std::string_view text);
// SOURCE-SEGMENT-PART.webm or .mkv.
bool IsTrackFileName(std::string_view text);

struct RecordingSummary {
  RecordingState state;
  int64_t duration_us = 0;
  uint64_t size = 0;  // bytes of all tracks and of what was made of them
};

class RecordingLibrary {
 public:
  // `copied`: an Uploader copies them elsewhere, and deletes the copies of what is deleted.
  explicit RecordingLibrary(std::filesystem::path directory, bool copied = false)
      : directory_(std::move(directory)), copied_(copied) {}

  // All of `room` (empty: of every room), newest first. Of one that is locked only its state and
  // size are known.
  std::vector<RecordingSummary> List(std::string_view room);
  // Nothing when there is none.
  std::optional<RecordingState> Find(std::string_view id) const;
  std::optional<Manifest> Read(std::string_view id) const;
  // In the time of what is made of it; nothing when there is no such recording.
  std::optional<std::string> Subtitles(std::string_view id) const;
  std::optional<std::string> Chat(std::string_view id) const;
  // Nothing when it is neither a track nor made of that recording.
  std::optional<StoredFile> OpenFile(std::string_view id, std::string_view file) const;

  enum class Outcome : uint8_t { kDone, kNotFound, kBusy, kLocked, kFailed };
  Outcome Rename(std::string_view id, std::string title);
  Outcome Delete(std::string_view id);

 private:
  std::filesystem::path DirectoryOf(std::string_view id) const { return directory_ / id; }
  // Of one that is locked, with what was made of it.
  uint64_t SizeOfTracks(std::string_view id) const;
  // With what was made of it, without what is kept elsewhere only.
  uint64_t SizeOnDisk(const RecordingSummary& summary) const;

  const std::filesystem::path directory_;
  const bool copied_;
  // Of recording.json, which is replaced as a whole.
  struct Stamp {
    uint64_t file = 0;
    int64_t changed_ns = 0;
    bool operator==(const Stamp&) const = default;
  };
  struct Known {
    RecordingSummary summary;
    Stamp stamp;
  };
  std::optional<Stamp> StampOf(const std::string& id) const;

  std::map<std::string, Known> finished_;  // by id: they change no more while the stamp is the same
};

}  // namespace parley
