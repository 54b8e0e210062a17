#pragma once

// Where the changeable places of a track's file are, and how a file is completed: after a clean
// stop, or of what a crash left. Any thread; blocks for as long as the disk does.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "recorder/storage/stored_file.h"
#include "sfu/base/units.h"

namespace parley {

struct CuePoint {
  uint64_t ms = 0;
  uint64_t position = 0;  // of the cluster in the file
};

// One for every two seconds is enough to find one's way.
void AddCue(std::vector<CuePoint>& cues, const CuePoint& cue);

struct FileLayout {
  static constexpr size_t kSeekHeadRoom = 40;
  static constexpr size_t kDurationRoom = 11;

  uint64_t segment_size_at = 0;  // eight bytes
  uint64_t segment_data = 0;     // first byte after them
  uint64_t seek_head_at = 0;     // kSeekHeadRoom bytes
  uint64_t duration_at = 0;      // kDurationRoom bytes
  uint64_t clusters_at = 0;
  std::string codec;  // Matroska's name
  uint16_t width = 0;
  uint16_t height = 0;

  // Nothing when it is not a file of ours with a whole head. Of its first bytes: kMostHead, or all.
  static constexpr size_t kMostHead = 4096;
  static std::optional<FileLayout> Read(StoredFile& file);
  static std::optional<FileLayout> Parse(std::span<const uint8_t> bytes);
};

// The clusters from `from` on, which is where one begins.
struct ClusterScan {
  uint64_t whole_size = 0;  // up to the end of the last whole cluster
  uint64_t first_ms = 0;    // of the first cluster scanned
  uint64_t last_ms = 0;     // of the last block
  size_t clusters = 0;
  std::vector<CuePoint> cues;
  bool finished = false;  // cues stand behind the clusters
};
ClusterScan ScanClusters(StoredFile& file, uint64_t from);

// Writes cues at `size`, then duration, the way to the cues and the segment's size; what is behind
// is cut, and nothing follows.
std::error_code FinishFile(StoredFile& file, const FileLayout& layout, uint64_t size, Duration end,
                           std::span<const CuePoint> cues);

}  // namespace parley
