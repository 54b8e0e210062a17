#pragma once

// What is composed as a file: H.264 and AAC as MP4 that plays before it is loaded whole (its index
// first: moved there when it is plain, in a place kept for it when it is sealed), AAC alone as M4A,
// Opus alone as WebM. Written as NAME.part and given its name when
// it is whole; one that is not finished is removed. One thread.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "recorder/compose/av.h"
#include "recorder/compose/av_output.h"
#include "recorder/compose/encoder.h"
#include "recorder/compose/part_file.h"

namespace parley {

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
  using Result = Encoder::Result;

  static std::expected<std::unique_ptr<OutputFile>, std::string> Create(
      const std::filesystem::path& path, const OutputSettings& settings);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // A picture that stands from `tick` on until the next one; ticks grow.
  [[nodiscard]] Result AddPicture(const AVFrame& picture, int64_t tick);
  // From the next picture on.
  [[nodiscard]] Result SetPreset(const char* preset) {
    key_tick_ = -1;
    return encoder_->SetPreset(preset);
  }
  // Interleaved stereo at 48 kHz; follows what was added before.
  [[nodiscard]] Result AddSound(std::span<const float> samples) {
    return encoder_->EncodeSound(samples);
  }
  // Writes what is left and gives the file its name. Nothing can be added afterwards.
  [[nodiscard]] Result Finish();

 private:
  OutputFile(const std::filesystem::path& path, const OutputSettings& settings)
      : file_(path), settings_(settings) {}
  Result Open();

  PartFile file_;
  const OutputSettings settings_;
  std::unique_ptr<AvOutput> output_;
  std::unique_ptr<AVFormatContext, AvFreeOutput> context_;
  std::optional<Encoder> encoder_;  // always, once it is created
  int64_t key_tick_ = -1;
};

}  // namespace parley
