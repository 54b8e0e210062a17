#pragma once

// A live media playlist of HLS (RFC 8216): the newest segments, each fragmented MP4 behind the head
// of its run. Numbers go on over runs, and over a program that was killed: it reads what its
// predecessor wrote. Value.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace parley {

struct HlsSegment {
  uint64_t number = 0;
  double seconds = 0;
  uint32_t run = 0;          // whose head it needs
  int64_t starts_at_us = 0;  // since 1970
};

// Names of files beside the playlist.
inline constexpr std::string_view kHlsPlaylistFile = "live.m3u8";
std::string HlsSegmentFile(uint64_t number);  // 17.m4s
std::string HlsHeadFile(uint32_t run);        // 2-init.mp4
// One of the three.
bool IsHlsFile(std::string_view name);

class HlsPlaylist {
 public:
  static constexpr size_t kListed = 6;
  static constexpr int kTargetSeconds = 3;

  // One that was written here; what it does not know is passed over.
  static HlsPlaylist Parse(std::string_view text);

  void Add(const HlsSegment& segment);
  std::string ToText(bool ended) const;
  const std::deque<HlsSegment>& segments() const { return segments_; }
  uint64_t next_number() const { return next_; }
  // One that no segment has used.
  uint32_t next_run() const { return next_run_; }

 private:
  std::deque<HlsSegment> segments_;  // at most kListed
  uint64_t next_ = 0;
  uint32_t next_run_ = 0;
  uint64_t discontinuities_ = 0;  // that left the list
};

}  // namespace parley
