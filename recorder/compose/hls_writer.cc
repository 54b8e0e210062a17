#include "recorder/compose/hls_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "recorder/storage/whole_file.h"
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
constexpr const char* kQuality = "23";  // x264's constant rate factor, below what is the most
constexpr int kBufferBytes = 1 << 16;
constexpr size_t kMostPlaylist = 1 << 16;

std::unexpected<std::string> Failed(const char* what, int result) {
  return std::unexpected(std::string(what) + ": " + AvError(result));
}

// What streaming platforms take of a picture of that height, in bits a second.
int64_t MostBitrate(int height) {
  if (height >= 1080) return 4'500'000;
  if (height >= 720) return 2'500'000;
  return height >= 540 ? 1'500'000 : 800'000;
}

}  // namespace

void HlsWriter::FreeOutput::operator()(AVFormatContext* context) const {
  if (context->pb != nullptr) {
    av_freep(&context->pb->buffer);
    avio_context_free(&context->pb);
  }
  avformat_free_context(context);
}

HlsWriter::HlsWriter(std::filesystem::path directory)
    : directory_(std::move(directory)),
      playlist_(HlsPlaylist::Parse(ReadWholeFile(directory_ / kHlsPlaylistFile, kMostPlaylist))),
      run_(playlist_.next_run()),
      picture_(av_frame_alloc()),
      samples_(av_frame_alloc()),
      packet_(av_packet_alloc()) {}

HlsWriter::~HlsWriter() = default;

int HlsWriter::Write(void* writer, uint8_t* bytes, int size) {
  auto& out = static_cast<HlsWriter*>(writer)->bytes_;
  out.insert(out.end(), bytes, bytes + size);
  return size;
}

HlsWriter::Result HlsWriter::BeginRun(const LiveVideo& video, int64_t starts_at_us) {
  if (context_) {
    if (auto ended = EndRun(last_tick_ + 1); !ended) return ended;
    ++run_;
  }
  video_ = video;
  starts_at_us_ = starts_at_us;
  next_sample_ = 0;
  segment_tick_ = -1;
  waiting_.clear();
  bytes_.clear();
  AVFormatContext* context = nullptr;
  int result = avformat_alloc_output_context2(&context, nullptr, "mp4", nullptr);
  if (result < 0) return Failed("cannot write", result);
  context_.reset(context);
  context->pb = avio_alloc_context(static_cast<unsigned char*>(av_malloc(kBufferBytes)),
                                   kBufferBytes, 1, this, nullptr, &HlsWriter::Write, nullptr);
  if (context->pb == nullptr) return std::unexpected("out of memory");
  context->flags |= AVFMT_FLAG_CUSTOM_IO;
  if (auto opened = OpenVideo(); !opened) return opened;
  if (auto opened = OpenSound(); !opened) return opened;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "movflags", "+empty_moov+default_base_moof+frag_custom", 0);
  result = avformat_write_header(context, &options);
  av_dict_free(&options);
  if (result < 0) return Failed("cannot write", result);
  avio_flush(context->pb);
  return WriteFile(HlsHeadFile(run_), std::exchange(bytes_, {}));
}

HlsWriter::Result HlsWriter::OpenVideo() {
  const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
  if (codec == nullptr) return std::unexpected("FFmpeg has no x264");
  AvCodec encoder(avcodec_alloc_context3(codec));
  encoder->width = video_.size.width;
  encoder->height = video_.size.height;
  encoder->pix_fmt = AV_PIX_FMT_YUV420P;
  encoder->time_base = {1, video_.frame_rate};
  encoder->framerate = {video_.frame_rate, 1};
  encoder->gop_size = 10 * kSegmentSeconds * video_.frame_rate;  // each segment asks for its own
  encoder->thread_count = 1;
  encoder->color_range = AVCOL_RANGE_MPEG;
  encoder->colorspace = AVCOL_SPC_SMPTE170M;
  encoder->color_primaries = AVCOL_PRI_SMPTE170M;
  encoder->color_trc = AVCOL_TRC_SMPTE170M;
  encoder->rc_max_rate = MostBitrate(video_.size.height);
  encoder->rc_buffer_size = static_cast<int>(2 * encoder->rc_max_rate);
  AVDictionary* options = nullptr;
  av_dict_set(&options, "preset", video_.preset, 0);
  // Every picture leaves at once, so that a segment can be cut behind it; and each segment says
  // itself how it is decoded, for players that keep to the first head.
  av_dict_set(&options, "tune", "zerolatency", 0);
  av_dict_set(&options, "x264-params", "sliced-threads=0:repeat-headers=1", 0);
  av_dict_set(&options, "crf", kQuality, 0);
  av_dict_set(&options, "forced-idr", "1", 0);
  auto added = AddStream(std::move(encoder), codec, &options, picture_stream_);
  av_dict_free(&options);
  return added;
}

HlsWriter::Result HlsWriter::OpenSound() {
  const AVCodec* codec = avcodec_find_encoder_by_name("aac");
  if (codec == nullptr) return std::unexpected("FFmpeg has no encoder for sound");
  AvCodec encoder(avcodec_alloc_context3(codec));
  encoder->sample_rate = kRate;
  encoder->sample_fmt = AV_SAMPLE_FMT_FLTP;
  av_channel_layout_default(&encoder->ch_layout, kChannels);
  encoder->bit_rate = kSoundBitrate;
  encoder->time_base = {1, kRate};
  AVDictionary* options = nullptr;
  av_dict_set(&options, "aac_coder", "fast", 0);
  auto added = AddStream(std::move(encoder), codec, &options, sound_stream_);
  av_dict_free(&options);
  if (!added) return added;
  samples_.reset(av_frame_alloc());
  samples_->format = sound_stream_.encoder->sample_fmt;
  samples_->sample_rate = kRate;
  samples_->nb_samples = sound_stream_.encoder->frame_size;
  av_channel_layout_default(&samples_->ch_layout, kChannels);
  if (const int result = av_frame_get_buffer(samples_.get(), 0); result < 0) {
    return Failed("sound", result);
  }
  return {};
}

HlsWriter::Result HlsWriter::AddStream(AvCodec encoder, const AVCodec* codec,
                                       AVDictionary** options, Stream& stream) {
  encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
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

HlsWriter::Result HlsWriter::Encode(Stream& stream, const AVFrame* frame) {
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

HlsWriter::Result HlsWriter::AddPicture(const AVFrame& picture, int64_t tick) {
  PARLEY_CHECK(context_ != nullptr);
  const bool begins = NeedsPicture(tick);
  if (begins && segment_tick_ >= 0) {
    if (auto ended = EndSegment(tick); !ended) return ended;
  }
  if (begins) segment_tick_ = tick;
  last_tick_ = tick;
  av_frame_unref(picture_.get());
  if (const int result = av_frame_ref(picture_.get(), &picture); result < 0) {
    return Failed("picture", result);
  }
  picture_->pts = tick;
  picture_->pict_type = begins ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
  auto encoded = Encode(picture_stream_, picture_.get());
  av_frame_unref(picture_.get());
  return encoded;
}

HlsWriter::Result HlsWriter::AddSound(std::span<const float> samples) {
  waiting_.insert(waiting_.end(), samples.begin(), samples.end());
  const auto frame = static_cast<size_t>(sound_stream_.encoder->frame_size);
  size_t done = 0;
  for (; waiting_.size() - done >= frame * kChannels; done += frame * kChannels) {
    if (const int result = av_frame_make_writable(samples_.get()); result < 0) {
      return Failed("sound", result);
    }
    samples_->pts = next_sample_;
    next_sample_ += static_cast<int64_t>(frame);
    for (size_t c = 0; c < kChannels; ++c) {
      auto* plane = reinterpret_cast<float*>(samples_->extended_data[c]);
      for (size_t i = 0; i < frame; ++i) plane[i] = waiting_[done + i * kChannels + c];
    }
    if (auto encoded = Encode(sound_stream_, samples_.get()); !encoded) return encoded;
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<ptrdiff_t>(done));
  return {};
}

HlsWriter::Result HlsWriter::EndSegment(int64_t tick) {
  int result = av_interleaved_write_frame(context_.get(), nullptr);
  if (result >= 0) result = av_write_frame(context_.get(), nullptr);
  if (result < 0) return Failed("cannot write", result);
  avio_flush(context_->pb);
  const int64_t began_us = segment_tick_ * 1'000'000 / video_.frame_rate;
  const HlsSegment segment{.number = playlist_.next_number(),
                           .seconds = static_cast<double>(tick - segment_tick_) / video_.frame_rate,
                           .run = run_,
                           .starts_at_us = starts_at_us_ + began_us};
  if (auto wrote = WriteFile(HlsSegmentFile(segment.number), std::exchange(bytes_, {})); !wrote) {
    return wrote;
  }
  playlist_.Add(segment);
  ++segments_written_;
  const uint64_t kept = HlsPlaylist::kListed + kKeptBehind;
  if (segment.number >= kept) {
    unlink((directory_ / HlsSegmentFile(segment.number - kept)).c_str());
  }
  return WritePlaylist(false);
}

HlsWriter::Result HlsWriter::EndRun(int64_t tick) {
  if (segment_tick_ >= 0) {
    if (auto encoded = Encode(picture_stream_, nullptr); !encoded) return encoded;
    if (auto encoded = Encode(sound_stream_, nullptr); !encoded) return encoded;
    if (auto ended = EndSegment(tick); !ended) return ended;
  }
  context_.reset();
  return {};
}

HlsWriter::Result HlsWriter::Finish() {
  if (context_) {
    if (auto ended = EndRun(last_tick_ + 1); !ended) return ended;
  }
  return WritePlaylist(true);
}

HlsWriter::Result HlsWriter::WriteFile(const std::string& name,
                                       std::span<const uint8_t> bytes) const {
  const std::string path = (directory_ / name).string();
  const std::string part = path + ".part";
  const int fd = open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  size_t done = 0;
  while (fd >= 0 && done < bytes.size()) {
    const ssize_t wrote = write(fd, bytes.data() + done, bytes.size() - done);
    if (wrote <= 0) break;
    done += static_cast<size_t>(wrote);
  }
  const int error = errno;
  if (fd >= 0) close(fd);
  if (fd < 0 || done < bytes.size() || std::rename(part.c_str(), path.c_str()) != 0) {
    unlink(part.c_str());
    return std::unexpected(std::string("cannot write: ") + std::strerror(error));
  }
  return {};
}

HlsWriter::Result HlsWriter::WritePlaylist(bool ended) const {
  const std::string text = playlist_.ToText(ended);
  return WriteFile(std::string(kHlsPlaylistFile),
                   {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

}  // namespace parley
