#pragma once

// The frames of one track's file in their order, also of one that was cut; of one that is still
// written as far as it is, or on and on as it grows. No format but Matroska's. One thread; blocks
// for as long as the disk does.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "recorder/compose/av.h"
#include "recorder/compose/av_input.h"
#include "recorder/mux/cluster_reader.h"

namespace parley {

struct TrackPacket {
  int64_t at_us = 0;  // recorded time
  AvPacket packet;
  explicit operator bool() const { return packet != nullptr; }
  bool key_frame() const { return (packet->flags & AV_PKT_FLAG_KEY) != 0; }
  std::span<const uint8_t> bytes() const {
    return {packet->data, static_cast<size_t>(packet->size)};
  }
};

class TrackReader {
 public:
  // A sentence when there is nothing to read.
  static std::expected<TrackReader, std::string> Open(const std::filesystem::path& file);
  // Of one that grows, from about `from_us` of recorded time on.
  static std::expected<TrackReader, std::string> Follow(const std::filesystem::path& file,
                                                        int64_t from_us);

  // Without a packet at the end, and where nothing more can be read.
  TrackPacket Next();
  // Where Next() gave nothing it may give something later.
  bool grows() const { return blocks_.has_value(); }
  // Of the track.
  const AVCodecParameters& parameters() const { return *context_->streams[0]->codecpar; }
  const AVStream& stream() const { return *context_->streams[0]; }

 private:
  struct Close {
    void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
  };
  TrackReader(std::unique_ptr<AvInput> input, AVFormatContext* context)
      : input_(std::move(input)), context_(context) {}

  std::unique_ptr<AvInput> input_;
  std::unique_ptr<AVFormatContext, Close> context_;
  std::optional<ClusterReader> blocks_;
};

}  // namespace parley
