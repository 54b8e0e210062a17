#include "recorder/compose/encoder.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "sfu/base/check.h"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
}

namespace parley {
namespace {

constexpr int kRate = 48'000;
constexpr int kChannels = 2;
constexpr int64_t kSoundBitrate = 128'000;
// x264's constant rate factor; of what is live below what is the most.
constexpr const char* kQuality = "24";
constexpr const char* kLiveQuality = "23";
// Between key frames that nobody asked for.
constexpr int kKeySeconds = 20;

std::unexpected<std::string> Failed(const char* what, int result) {
  return std::unexpected(std::string(what) + ": " + AvError(result));
}

// What streaming platforms take of a picture of that height, in bits a second.
int64_t MostBitrate(int height) {
  if (height >= 1080) return 4'500'000;
  if (height >= 720) return 2'500'000;
  return height >= 540 ? 1'500'000 : 800'000;
}

std::span<const uint8_t> HeadOf(const AVCodecContext& encoder) {
  return {encoder.extradata, static_cast<size_t>(encoder.extradata_size)};
}

}  // namespace

Encoder::Encoder(AVFormatContext& muxer)
    : muxer_(muxer),
      picture_(av_frame_alloc()),
      samples_(av_frame_alloc()),
      packet_(av_packet_alloc()) {}

Encoder::Result Encoder::AddVideo(const VideoSettings& settings) {
  settings_ = settings;
  auto encoder = OpenVideo();
  return encoder ? AddStream(*std::move(encoder), video_) : std::unexpected(encoder.error());
}

std::expected<AvCodec, std::string> Encoder::OpenVideo() const {
  const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
  if (codec == nullptr) return std::unexpected("FFmpeg has no x264");
  AvCodec encoder(avcodec_alloc_context3(codec));
  encoder->width = settings_.size.width;
  encoder->height = settings_.size.height;
  encoder->pix_fmt = AV_PIX_FMT_YUV420P;
  encoder->time_base = {1, static_cast<int>(settings_.tick_rate)};
  encoder->framerate = {settings_.frame_rate, 1};
  encoder->gop_size = kKeySeconds * settings_.frame_rate;
  encoder->thread_count = 1;
  encoder->color_range = AVCOL_RANGE_MPEG;
  encoder->colorspace = AVCOL_SPC_SMPTE170M;
  encoder->color_primaries = AVCOL_PRI_SMPTE170M;
  encoder->color_trc = AVCOL_TRC_SMPTE170M;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "preset", settings_.preset, 0);
  av_dict_set(&options, "crf", settings_.live ? kLiveQuality : kQuality, 0);
  av_dict_set(&options, "forced-idr", "1", 0);
  if (settings_.live) {
    encoder->rc_max_rate = MostBitrate(settings_.size.height);
    encoder->rc_buffer_size = static_cast<int>(2 * encoder->rc_max_rate);
    // Each key frame says itself how it is decoded, for players that keep to the first head.
    av_dict_set(&options, "tune", "zerolatency", 0);
    av_dict_set(&options, "x264-params", "sliced-threads=0:repeat-headers=1", 0);
  } else {
    // What presets differ in is the same in the head of all, and none has pictures out of order, so
    // that one can go on where another ended.
    encoder->max_b_frames = 0;
    av_dict_set(&options, "x264-params", "stitchable=1:ref=1:cabac=1:8x8dct=1:weightp=1", 0);
  }
  return Opened(std::move(encoder), codec, options);
}

Encoder::Result Encoder::AddSound(SoundCodec kind) {
  const bool opus = kind == SoundCodec::kOpus;
  const AVCodec* codec = avcodec_find_encoder_by_name(opus ? "libopus" : "aac");
  if (codec == nullptr) return std::unexpected("FFmpeg has no encoder for sound");
  AvCodec encoder(avcodec_alloc_context3(codec));
  encoder->sample_rate = kRate;
  encoder->sample_fmt = opus ? AV_SAMPLE_FMT_FLT : AV_SAMPLE_FMT_FLTP;
  av_channel_layout_default(&encoder->ch_layout, kChannels);
  encoder->bit_rate = kSoundBitrate;
  encoder->time_base = {1, kRate};
  AVDictionary* options = nullptr;
  if (!opus) av_dict_set(&options, "aac_coder", "fast", 0);
  auto opened = Opened(std::move(encoder), codec, options);
  if (!opened) return std::unexpected(opened.error());
  if (auto added = AddStream(*std::move(opened), sound_); !added) return added;
  samples_->format = sound_.encoder->sample_fmt;
  samples_->sample_rate = kRate;
  samples_->nb_samples = sound_.encoder->frame_size;
  av_channel_layout_default(&samples_->ch_layout, kChannels);
  if (const int result = av_frame_get_buffer(samples_.get(), 0); result < 0) {
    return Failed("sound", result);
  }
  return {};
}

std::expected<AvCodec, std::string> Encoder::Opened(AvCodec encoder, const AVCodec* codec,
                                                    AVDictionary* options) const {
  if ((muxer_.oformat->flags & AVFMT_GLOBALHEADER) != 0) {
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  }
  const int result = avcodec_open2(encoder.get(), codec, &options);
  av_dict_free(&options);
  if (result < 0) return Failed(codec->name, result);
  return encoder;
}

Encoder::Result Encoder::AddStream(AvCodec encoder, Stream& stream) {
  stream.stream = avformat_new_stream(&muxer_, nullptr);
  if (stream.stream == nullptr) return std::unexpected("out of memory");
  stream.stream->time_base = encoder->time_base;
  stream.stream->avg_frame_rate = encoder->framerate;
  avcodec_parameters_from_context(stream.stream->codecpar, encoder.get());
  stream.encoder = std::move(encoder);
  return {};
}

Encoder::Result Encoder::SetPreset(const char* preset) {
  PARLEY_CHECK(video_.encoder != nullptr && !settings_.live);
  settings_.preset = preset;
  auto encoder = OpenVideo();
  if (!encoder) return std::unexpected(encoder.error());
  const AVCodecContext& now = *video_.encoder;
  const AVCodecContext& next = **encoder;
  if (!std::ranges::equal(HeadOf(now), HeadOf(next))) return {};
  if (auto encoded = Encode(video_, nullptr); !encoded) return encoded;
  video_.encoder = *std::move(encoder);
  return {};
}

Encoder::Result Encoder::Encode(Stream& stream, const AVFrame* frame) {
  int result = avcodec_send_frame(stream.encoder.get(), frame);
  if (result < 0) return Failed("encoder", result);
  while (true) {
    result = avcodec_receive_packet(stream.encoder.get(), packet_.get());
    if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return {};
    if (result < 0) return Failed("encoder", result);
    av_packet_rescale_ts(packet_.get(), stream.encoder->time_base, stream.stream->time_base);
    packet_->stream_index = stream.stream->index;
    result = av_interleaved_write_frame(&muxer_, packet_.get());
    if (result < 0) return Failed("cannot write", result);
  }
}

Encoder::Result Encoder::EncodePicture(const AVFrame& picture, int64_t tick, bool key) {
  PARLEY_CHECK(video_.encoder != nullptr);
  av_frame_unref(picture_.get());
  if (const int result = av_frame_ref(picture_.get(), &picture); result < 0) {
    return Failed("picture", result);
  }
  picture_->pts = tick;
  picture_->pict_type = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
  auto encoded = Encode(video_, picture_.get());
  av_frame_unref(picture_.get());
  return encoded;
}

Encoder::Result Encoder::EncodeSound(std::span<const float> samples) {
  waiting_.insert(waiting_.end(), samples.begin(), samples.end());
  const auto frame = static_cast<size_t>(sound_.encoder->frame_size);
  size_t done = 0;
  for (; waiting_.size() - done >= frame * kChannels; done += frame * kChannels) {
    if (auto encoded = EncodeSamples(waiting_.data() + done, frame); !encoded) return encoded;
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<ptrdiff_t>(done));
  return {};
}

Encoder::Result Encoder::EncodeSamples(const float* samples, size_t count) {
  if (const int result = av_frame_make_writable(samples_.get()); result < 0) {
    return Failed("sound", result);
  }
  samples_->nb_samples = static_cast<int>(count);
  samples_->pts = next_sample_;
  next_sample_ += static_cast<int64_t>(count);
  if (av_sample_fmt_is_planar(sound_.encoder->sample_fmt) != 0) {
    for (size_t c = 0; c < kChannels; ++c) {
      auto* plane = reinterpret_cast<float*>(samples_->extended_data[c]);
      for (size_t i = 0; i < count; ++i) plane[i] = samples[i * kChannels + c];
    }
  } else {
    std::memcpy(samples_->data[0], samples, count * kChannels * sizeof(float));
  }
  return Encode(sound_, samples_.get());
}

Encoder::Result Encoder::Finish() {
  if (!waiting_.empty()) {
    auto encoded = EncodeSamples(waiting_.data(), waiting_.size() / kChannels);
    if (!encoded) return encoded;
    waiting_.clear();
  }
  if (video_.encoder) {
    if (auto encoded = Encode(video_, nullptr); !encoded) return encoded;
  }
  return Encode(sound_, nullptr);
}

}  // namespace parley
