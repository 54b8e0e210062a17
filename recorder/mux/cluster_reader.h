#pragma once

// The frames of a track's file that is still written, cluster by cluster: asked again later, there
// may be more. A cluster is written at once, so what is there is whole or will be. One thread;
// blocks for as long as the disk does.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "recorder/storage/stored_file.h"

namespace parley {

struct TrackBlock {
  int64_t at_us = 0;  // recorded time
  bool key_frame = false;
  std::span<const uint8_t> bytes;  // valid until the next Next()
};

class ClusterReader {
 public:
  // Clusters that begin before `from_us` are passed over unread. Nothing when it is not a file of
  // ours.
  static std::optional<ClusterReader> Open(const std::filesystem::path& file, int64_t from_us);

  // Nothing when there is no more yet, or the file is finished.
  std::optional<TrackBlock> Next();

 private:
  ClusterReader(StoredFile file, uint64_t at, int64_t from_us)
      : file_(std::move(file)), at_(at), from_us_(from_us) {}
  bool ReadCluster();

  StoredFile file_;
  uint64_t at_;  // of the next cluster in the file
  int64_t from_us_;
  std::vector<uint8_t> cluster_;  // its children
  size_t read_ = 0;               // of them
  uint64_t cluster_ms_ = 0;
};

}  // namespace parley
