#pragma once

// The packets of a live composition's segments, from the newest one on as they come. One that is
// gone before it was read is passed over. Times run on over the runs. One thread; blocks for as
// long as the disk does.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "recorder/live/hls_playlist.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace parley {

// Everything of one segment.
class Segment {
 public:
  // Nothing when it is not whole.
  static std::unique_ptr<Segment> Open(std::string head, const std::string& body);
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;
  ~Segment();

  // False at its end. Times are microseconds since the run began.
  bool Read(AVPacket& packet);
  // Video and sound, in that order.
  const AVCodecParameters& parameters(int stream) const {
    return *context_->streams[stream]->codecpar;
  }

 private:
  explicit Segment(std::string bytes) : bytes_(std::move(bytes)) {}
  static int Take(void* segment, uint8_t* out, int size);

  std::string bytes_;
  size_t taken_ = 0;
  AVFormatContext* context_ = nullptr;
};

class SegmentReader {
 public:
  explicit SegmentReader(std::filesystem::path directory) : directory_(std::move(directory)) {}

  struct Next {
    HlsSegment about;
    std::unique_ptr<Segment> segment;
  };
  // Nothing when there is none yet.
  std::optional<Next> Read();
  // The next one is the newest again.
  void SkipToNewest() { next_.reset(); }
  // Nothing more will come.
  bool ended() const { return ended_; }
  uint64_t missed() const { return missed_; }

 private:
  const std::filesystem::path directory_;
  std::optional<uint64_t> next_;
  bool ended_ = false;
  uint64_t missed_ = 0;
};

}  // namespace parley
