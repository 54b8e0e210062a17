#pragma once

// One track as a WebM or Matroska file (RFC 9559) that can be cut anywhere: every cluster is at
// most 200 ms long and written at once and whole, so what a crash leaves is whole clusters and
// perhaps a piece. Finish() adds what a player likes and no reader needs: duration, sizes and cues.
// One thread; write() may block for as long as the disk does.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "recorder/mux/ebml.h"
#include "recorder/mux/file_layout.h"
#include "recorder/storage/stored_file.h"
#include "sfu/base/units.h"
#include "sfu/wire/codec.h"

namespace parley {

struct TrackFormat {
  Codec codec = Codec::kOpus;
  uint16_t width = 0;  // pixels, of video
  uint16_t height = 0;
  uint8_t channels = 2;                // of audio
  std::vector<uint8_t> codec_private;  // empty for Opus and VP8: made here, or none
};

class TrackFile {
 public:
  static constexpr Duration kClusterLength = Duration::Millis(200);

  // A new file; fails when there is one already.
  static std::expected<TrackFile, std::error_code> Create(const std::filesystem::path& path,
                                                          const TrackFormat& format);
  // `at`: since the recording began; what is before the last frame is moved behind it. Frames of
  // up to 16 MiB.
  std::error_code Add(Duration at, bool key_frame, std::span<const uint8_t> frame);
  // Writes the cluster in the making.
  std::error_code Flush();
  std::error_code Finish(Duration end);

  int descriptor() const { return file_.descriptor(); }
  uint64_t size() const { return size_; }  // bytes of the file

 private:
  TrackFile(StoredFile file, FileLayout layout, bool video)
      : file_(std::move(file)), layout_(std::move(layout)), video_(video) {}
  std::error_code Append(std::span<const uint8_t> bytes);

  StoredFile file_;
  FileLayout layout_;
  bool video_;
  uint64_t size_ = 0;
  uint64_t cluster_ms_ = 0;
  uint64_t last_ms_ = 0;
  bool any_ = false;
  bool starts_with_key_ = false;
  ebml::Bytes blocks_;  // of the cluster in the making
  std::vector<CuePoint> cues_;
};

}  // namespace parley
