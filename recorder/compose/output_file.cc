#include "recorder/compose/output_file.h"

#include <array>
#include <ctime>

namespace parley {
namespace {

// Between places that a player can go to.
constexpr int kKeySeconds = 4;

// Of an MP4's index: of each picture its duration, its place in time, its size, that it is a key
// frame, and a chunk of its own; of each frame of sound the same without the second and fourth.
int64_t MostIndex(const OutputSettings& settings) {
  constexpr int64_t kHead = 16 << 10;
  constexpr int64_t kOfPicture = 8 + 8 + 4 + 4 + 12 + 8;
  constexpr int64_t kOfSound = 8 + 4 + 12 + 8;
  constexpr int64_t kSoundFrame = 1024;  // of AAC, in samples
  constexpr int64_t kRate = 48'000;
  const int64_t seconds = settings.duration_us / 1'000'000 + 2;
  const int64_t pictures = settings.video ? settings.video->frame_rate * seconds : 0;
  return kHead + pictures * kOfPicture + (kRate * seconds / kSoundFrame + 1) * kOfSound;
}

std::string IsoTime(int64_t unix_us) {
  const auto seconds = static_cast<time_t>(unix_us / 1'000'000);
  tm broken_down{};
  std::array<char, 32> text{};
  if (gmtime_r(&seconds, &broken_down) == nullptr) return {};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &broken_down)};
}

}  // namespace

std::expected<std::unique_ptr<OutputFile>, std::string> OutputFile::Create(
    const std::filesystem::path& path, const OutputSettings& settings) {
  std::unique_ptr<OutputFile> file(new OutputFile(path, settings));
  if (auto opened = file->Open(); !opened) return std::unexpected(opened.error());
  return file;
}

OutputFile::Result OutputFile::Open() {
  const bool webm = settings_.container == Container::kWebm;
  AVFormatContext* context = nullptr;
  int result = avformat_alloc_output_context2(&context, nullptr, webm ? "webm" : "mp4",
                                              file_.part().c_str());
  if (result < 0) return CannotWrite(result);
  context_.reset(context);
  if (!settings_.title.empty()) {
    av_dict_set(&context->metadata, "title", settings_.title.c_str(), 0);
  }
  if (settings_.created_us > 0) {
    av_dict_set(&context->metadata, "creation_time", IsoTime(settings_.created_us).c_str(), 0);
  }
  encoder_.emplace(*context);
  if (settings_.video) {
    if (auto added = encoder_->AddVideo(*settings_.video); !added) return added;
  }
  auto added = encoder_->AddSound(webm ? SoundCodec::kOpus : SoundCodec::kAac);
  if (!added) return added;
  auto output = AvOutput::Open(file_);
  if (!output) return std::unexpected(output.error());
  output_ = *std::move(output);
  context->pb = output_->io();
  AVDictionary* options = nullptr;
  if (!webm && output_->sealed()) {
    av_dict_set_int(&options, "moov_size", MostIndex(settings_), 0);
  } else if (!webm) {
    av_dict_set(&options, "movflags", "+faststart", 0);
  }
  result = avformat_write_header(context, &options);
  av_dict_free(&options);
  if (result < 0) return CannotWrite(result);
  return {};
}

OutputFile::Result OutputFile::AddPicture(const AVFrame& picture, int64_t tick) {
  // The encoder counts pictures, and not the time for which they stand.
  const bool key = key_tick_ < 0 || tick - key_tick_ >= kKeySeconds * settings_.video->tick_rate;
  if (key) key_tick_ = tick;
  return encoder_->EncodePicture(picture, tick, key);
}

OutputFile::Result OutputFile::Finish() {
  if (auto encoded = encoder_->Finish(); !encoded) return encoded;
  if (const int result = av_write_trailer(context_.get()); result < 0) return CannotWrite(result);
  encoder_.reset();
  context_.reset();
  if (auto closed = output_->Close(); !closed) return closed;
  return file_.Commit();
}

}  // namespace parley
