#pragma once

// What is composed, encoded and written: H.264 and AAC as MP4 that plays before it is loaded whole
// (its index first: moved there when it is plain, in a place kept for it when it is sealed), AAC
// alone as M4A, Opus alone as WebM. Written as NAME.part and given its name when
// it is whole; one that is not finished is removed. One thread.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "recorder/compose/av.h"
#include "recorder/compose/av_output.h"
#include "recorder/compose/part_file.h"
#include "recorder/scene/layout.h"

namespace parley {

struct VideoSettings {
  CanvasSize size;
  int frame_rate = 30;              // of ticks; pictures may stand for several
  const char* preset = "veryfast";  // of x264
};

enum class Container : uint8_t { kMp4, kWebm };

struct OutputSettings {
  Container container = Container::kMp4;
  std::optional<VideoSettings> video;
  std::string title;
  int64_t created_us = 0;   // since 1970
  int64_t duration_us = 0;  // not shorter than what will be added
};

class OutputFile {
 public:
  using Result = std::expected<void, std::string>;

  static std::expected<std::unique_ptr<OutputFile>, std::string> Create(
      const std::filesystem::path& path, const OutputSettings& settings);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // A picture that stands from `tick` on until the next one; ticks grow.
  [[nodiscard]] Result AddPicture(const AVFrame& picture, int64_t tick);
  // Interleaved stereo at 48 kHz; follows what was added before.
  [[nodiscard]] Result AddSound(std::span<const float> samples);
  // Writes what is left and gives the file its name. Nothing can be added afterwards.
  [[nodiscard]] Result Finish();

 private:
  struct Stream {
    AvCodec encoder;
    AVStream* stream = nullptr;
  };

  OutputFile(const std::filesystem::path& path, const OutputSettings& settings);
  Result Open();
  Result OpenVideo();
  Result OpenSound();
  Result AddStream(AvCodec encoder, const AVCodec* codec, AVDictionary** options, Stream& stream);
  Result Encode(Stream& stream, const AVFrame* frame);
  Result EncodeSound(size_t frames);

  PartFile file_;
  OutputSettings settings_;
  std::unique_ptr<AvOutput> output_;
  std::unique_ptr<AVFormatContext, AvFreeOutput> context_;
  Stream video_;
  Stream sound_;
  AvFrame picture_;
  AvFrame samples_;
  AvPacket packet_;
  std::vector<float> waiting_;  // sound that fills no frame yet
  int64_t next_sample_ = 0;
  int64_t key_tick_ = -1;
};

}  // namespace parley
