#include "recorder/compose/output_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <utility>

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
}

#include "sfu/base/check.h"

namespace parley {
namespace {

constexpr int kRate = 48'000;
constexpr int kChannels = 2;
constexpr int64_t kSoundBitrate = 128'000;
constexpr const char* kQuality = "24";  // x264's constant rate factor
// Between places that a player can go to.
constexpr int kKeySeconds = 4;

std::unexpected<std::string> Failed(const char* what, int result) {
  return std::unexpected(std::string(what) + ": " + AvError(result));
}

// Of an MP4's index: of each picture its duration, its place in time, its size, that it is a key
// frame, and a chunk of its own; of each frame of sound the same without the second and fourth.
int64_t MostIndex(const OutputSettings& settings) {
  constexpr int64_t kHead = 16 << 10;
  constexpr int64_t kOfPicture = 8 + 8 + 4 + 4 + 12 + 8;
  constexpr int64_t kOfSound = 8 + 4 + 12 + 8;
  constexpr int64_t kSoundFrame = 1024;  // of AAC, in samples
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

OutputFile::OutputFile(const std::filesystem::path& path, const OutputSettings& settings)
    : file_(path),
      settings_(settings),
      picture_(av_frame_alloc()),
      samples_(av_frame_alloc()),
      packet_(av_packet_alloc()) {}

OutputFile::Result OutputFile::Open() {
  const bool webm = settings_.container == Container::kWebm;
  AVFormatContext* context = nullptr;
  int result = avformat_alloc_output_context2(&context, nullptr, webm ? "webm" : "mp4",
                                              file_.part().c_str());
  if (result < 0) return Failed("cannot write", result);
  context_.reset(context);
  if (!settings_.title.empty()) {
    av_dict_set(&context->metadata, "title", settings_.title.c_str(), 0);
  }
  if (settings_.created_us > 0) {
    av_dict_set(&context->metadata, "creation_time", IsoTime(settings_.created_us).c_str(), 0);
  }
  if (settings_.video) {
    if (auto opened = OpenVideo(); !opened) return opened;
  }
  if (auto opened = OpenSound(); !opened) return opened;
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
  if (result < 0) return Failed("cannot write", result);
  return {};
}

OutputFile::Result OutputFile::OpenVideo() {
  const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
  if (codec == nullptr) return std::unexpected("FFmpeg has no x264");
  AvCodec encoder(avcodec_alloc_context3(codec));
  const VideoSettings& video = *settings_.video;
  encoder->width = video.size.width;
  encoder->height = video.size.height;
  encoder->pix_fmt = AV_PIX_FMT_YUV420P;
  encoder->time_base = {1, video.frame_rate};
  encoder->framerate = {video.frame_rate, 1};
  encoder->gop_size = kKeySeconds * video.frame_rate;
  encoder->thread_count = 1;
  encoder->color_range = AVCOL_RANGE_MPEG;
  encoder->colorspace = AVCOL_SPC_SMPTE170M;
  encoder->color_primaries = AVCOL_PRI_SMPTE170M;
  encoder->color_trc = AVCOL_TRC_SMPTE170M;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "preset", video.preset, 0);
  av_dict_set(&options, "crf", kQuality, 0);
  av_dict_set(&options, "forced-idr", "1", 0);
  auto added = AddStream(std::move(encoder), codec, &options, video_);
  av_dict_free(&options);
  return added;
}

OutputFile::Result OutputFile::OpenSound() {
  const bool webm = settings_.container == Container::kWebm;
  const AVCodec* codec = avcodec_find_encoder_by_name(webm ? "libopus" : "aac");
  if (codec == nullptr) return std::unexpected("FFmpeg has no encoder for sound");
  AvCodec encoder(avcodec_alloc_context3(codec));
  encoder->sample_rate = kRate;
  encoder->sample_fmt = webm ? AV_SAMPLE_FMT_FLT : AV_SAMPLE_FMT_FLTP;
  av_channel_layout_default(&encoder->ch_layout, kChannels);
  encoder->bit_rate = kSoundBitrate;
  encoder->time_base = {1, kRate};
  AVDictionary* options = nullptr;
  if (!webm) av_dict_set(&options, "aac_coder", "fast", 0);
  auto added = AddStream(std::move(encoder), codec, &options, sound_);
  av_dict_free(&options);
  if (!added) return added;
  samples_->format = sound_.encoder->sample_fmt;
  samples_->sample_rate = kRate;
  samples_->nb_samples = sound_.encoder->frame_size;
  av_channel_layout_default(&samples_->ch_layout, kChannels);
  if (const int result = av_frame_get_buffer(samples_.get(), 0); result < 0) {
    return Failed("sound", result);
  }
  return {};
}

OutputFile::Result OutputFile::AddStream(AvCodec encoder, const AVCodec* codec,
                                         AVDictionary** options, Stream& stream) {
  if ((context_->oformat->flags & AVFMT_GLOBALHEADER) != 0) {
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  }
  if (const int result = avcodec_open2(encoder.get(), codec, options); result < 0) {
    return Failed(codec->name, result);
  }
  stream.stream = avformat_new_stream(context_.get(), nullptr);
  if (stream.stream == nullptr) return std::unexpected("out of memory");
  stream.stream->time_base = encoder->time_base;
  stream.stream->avg_frame_rate = encoder->framerate;
  avcodec_parameters_from_context(stream.stream->codecpar, encoder.get());
  stream.encoder = std::move(encoder);
  return {};
}

OutputFile::Result OutputFile::Encode(Stream& stream, const AVFrame* frame) {
  int result = avcodec_send_frame(stream.encoder.get(), frame);
  if (result < 0) return Failed("encoder", result);
  while (true) {
    result = avcodec_receive_packet(stream.encoder.get(), packet_.get());
    if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return {};
    if (result < 0) return Failed("encoder", result);
    av_packet_rescale_ts(packet_.get(), stream.encoder->time_base, stream.stream->time_base);
    packet_->stream_index = stream.stream->index;
    result = av_interleaved_write_frame(context_.get(), packet_.get());
    if (result < 0) return Failed("cannot write", result);
  }
}

OutputFile::Result OutputFile::AddPicture(const AVFrame& picture, int64_t tick) {
  PARLEY_CHECK(video_.encoder != nullptr);
  av_frame_unref(picture_.get());
  if (const int result = av_frame_ref(picture_.get(), &picture); result < 0) {
    return Failed("picture", result);
  }
  picture_->pts = tick;
  // The encoder counts pictures, and not the time for which they stand.
  const bool key = key_tick_ < 0 || tick - key_tick_ >= kKeySeconds * settings_.video->frame_rate;
  if (key) key_tick_ = tick;
  picture_->pict_type = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
  auto encoded = Encode(video_, picture_.get());
  av_frame_unref(picture_.get());
  return encoded;
}

OutputFile::Result OutputFile::AddSound(std::span<const float> samples) {
  waiting_.insert(waiting_.end(), samples.begin(), samples.end());
  const auto frame = static_cast<size_t>(sound_.encoder->frame_size);
  while (waiting_.size() >= frame * kChannels) {
    if (auto encoded = EncodeSound(frame); !encoded) return encoded;
  }
  return {};
}

OutputFile::Result OutputFile::EncodeSound(size_t frames) {
  if (const int result = av_frame_make_writable(samples_.get()); result < 0) {
    return Failed("sound", result);
  }
  samples_->nb_samples = static_cast<int>(frames);
  samples_->pts = next_sample_;
  if (av_sample_fmt_is_planar(sound_.encoder->sample_fmt) != 0) {
    for (size_t c = 0; c < kChannels; ++c) {
      auto* plane = reinterpret_cast<float*>(samples_->extended_data[c]);
      for (size_t i = 0; i < frames; ++i) plane[i] = waiting_[i * kChannels + c];
    }
  } else {
    std::memcpy(samples_->data[0], waiting_.data(), frames * kChannels * sizeof(float));
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<ptrdiff_t>(frames * kChannels));
  next_sample_ += static_cast<int64_t>(frames);
  return Encode(sound_, samples_.get());
}

OutputFile::Result OutputFile::Finish() {
  if (!waiting_.empty()) {
    if (auto encoded = EncodeSound(waiting_.size() / kChannels); !encoded) return encoded;
  }
  if (video_.encoder) {
    if (auto encoded = Encode(video_, nullptr); !encoded) return encoded;
  }
  if (auto encoded = Encode(sound_, nullptr); !encoded) return encoded;
  if (const int result = av_write_trailer(context_.get()); result < 0) {
    return Failed("cannot write", result);
  }
  context_.reset();
  if (auto closed = output_->Close(); !closed) return closed;
  return file_.Commit();
}

}  // namespace parley
