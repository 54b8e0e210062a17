#pragma once

// A live composition as it leaves: H.264 and AAC in segments of fragmented MP4 with a playlist
// (HlsPlaylist), in a directory of its own. A run is what one encoder makes; another picture size
// or preset begins a new one. Files are whole when they have their names; old ones are removed.
// One thread.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "recorder/compose/av.h"
#include "recorder/compose/encoder.h"
#include "recorder/live/hls_playlist.h"

namespace parley {

class HlsWriter {
 public:
  using Result = Encoder::Result;
  static constexpr int kSegmentSeconds = 2;
  // Kept behind those that the playlist lists, for whoever is late.
  static constexpr uint64_t kKeptBehind = 6;

  // Goes on behind what is there.
  explicit HlsWriter(std::filesystem::path directory);
  ~HlsWriter();
  HlsWriter(const HlsWriter&) = delete;
  HlsWriter& operator=(const HlsWriter&) = delete;

  // Ends the run that is on. Ticks and sound of the new one begin at 0, which is `starts_at_us`
  // since 1970.
  [[nodiscard]] Result BeginRun(const VideoSettings& video, int64_t starts_at_us);
  // Whether the next picture begins a segment, and must be given then.
  bool NeedsPicture(int64_t tick) const {
    return segment_tick_ < 0 || tick - segment_tick_ >= kSegmentSeconds * video_.tick_rate;
  }
  // A picture that stands from `tick` on until the next one; ticks grow.
  [[nodiscard]] Result AddPicture(const AVFrame& picture, int64_t tick);
  // Interleaved stereo at 48 kHz; follows what was added before.
  [[nodiscard]] Result AddSound(std::span<const float> samples) {
    return encoder_->EncodeSound(samples);
  }
  // Nothing follows.
  [[nodiscard]] Result Finish();

  uint64_t segments_written() const { return segments_written_; }

 private:
  static int Write(void* writer, uint8_t* bytes, int size);
  // How long one usually stands.
  int64_t PictureTicks() const { return video_.tick_rate / video_.frame_rate; }
  Result EndRun(int64_t tick);
  // Cuts what was added since the last one.
  Result EndSegment(int64_t tick);
  Result WriteFile(const std::string& name, std::span<const uint8_t> bytes) const;
  Result WritePlaylist(bool ended) const;

  const std::filesystem::path directory_;
  HlsPlaylist playlist_;
  VideoSettings video_;
  uint32_t run_ = 0;
  int64_t starts_at_us_ = 0;
  std::unique_ptr<AVIOContext, AvFreeIo> io_;               // null between runs
  std::unique_ptr<AVFormatContext, AvFreeOutput> context_;  // null between runs
  std::optional<Encoder> encoder_;                          // none between runs
  std::vector<uint8_t> bytes_;                              // muxed and not in a file yet
  int64_t segment_tick_ = -1;                               // where the segment began; -1: none did
  int64_t last_tick_ = 0;
  uint64_t segments_written_ = 0;
};

}  // namespace parley
