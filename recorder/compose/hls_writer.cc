#include "recorder/compose/hls_writer.h"

#include <unistd.h>

#include <utility>

#include "recorder/storage/whole_file.h"

namespace parley {
namespace {

constexpr int kBufferBytes = 1 << 16;
constexpr size_t kMostPlaylist = 1 << 16;

}  // namespace

HlsWriter::HlsWriter(std::filesystem::path directory)
    : directory_(std::move(directory)),
      playlist_(HlsPlaylist::Parse(ReadWholeFile(directory_ / kHlsPlaylistFile, kMostPlaylist))),
      run_(playlist_.next_run()) {}

HlsWriter::~HlsWriter() = default;

int HlsWriter::Write(void* writer, uint8_t* bytes, int size) {
  auto& out = static_cast<HlsWriter*>(writer)->bytes_;
  out.insert(out.end(), bytes, bytes + size);
  return size;
}

HlsWriter::Result HlsWriter::BeginRun(const VideoSettings& video, int64_t starts_at_us) {
  if (context_) {
    if (auto ended = EndRun(last_tick_ + PictureTicks()); !ended) return ended;
    ++run_;
  }
  video_ = video;
  starts_at_us_ = starts_at_us;
  segment_tick_ = -1;
  bytes_.clear();
  AVFormatContext* context = nullptr;
  int result = avformat_alloc_output_context2(&context, nullptr, "mp4", nullptr);
  if (result < 0) return CannotWrite(result);
  context_.reset(context);
  io_.reset(avio_alloc_context(static_cast<unsigned char*>(av_malloc(kBufferBytes)), kBufferBytes,
                               1, this, nullptr, &HlsWriter::Write, nullptr));
  if (!io_) return std::unexpected("out of memory");
  context->pb = io_.get();
  context->flags |= AVFMT_FLAG_CUSTOM_IO;
  encoder_.emplace(*context);
  if (auto added = encoder_->AddVideo(video); !added) return added;
  if (auto added = encoder_->AddSound(SoundCodec::kAac); !added) return added;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "movflags", "+empty_moov+default_base_moof+frag_custom", 0);
  result = avformat_write_header(context, &options);
  av_dict_free(&options);
  if (result < 0) return CannotWrite(result);
  avio_flush(context->pb);
  return WriteFile(HlsHeadFile(run_), std::exchange(bytes_, {}));
}

HlsWriter::Result HlsWriter::AddPicture(const AVFrame& picture, int64_t tick) {
  const bool begins = NeedsPicture(tick);
  if (begins && segment_tick_ >= 0) {
    if (auto ended = EndSegment(tick); !ended) return ended;
  }
  if (begins) segment_tick_ = tick;
  last_tick_ = tick;
  return encoder_->EncodePicture(picture, tick, begins);
}

HlsWriter::Result HlsWriter::EndSegment(int64_t tick) {
  int result = av_interleaved_write_frame(context_.get(), nullptr);
  if (result >= 0) result = av_write_frame(context_.get(), nullptr);
  if (result < 0) return CannotWrite(result);
  avio_flush(context_->pb);
  const int64_t began_us = segment_tick_ * 1'000'000 / video_.tick_rate;
  const HlsSegment segment{
      .number = playlist_.next_number(),
      .seconds = static_cast<double>(tick - segment_tick_) / static_cast<double>(video_.tick_rate),
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
    if (auto encoded = encoder_->Finish(); !encoded) return encoded;
    if (auto ended = EndSegment(tick); !ended) return ended;
  }
  encoder_.reset();
  context_.reset();
  io_.reset();
  return {};
}

HlsWriter::Result HlsWriter::Finish() {
  if (context_) {
    if (auto ended = EndRun(last_tick_ + PictureTicks()); !ended) return ended;
  }
  return WritePlaylist(true);
}

HlsWriter::Result HlsWriter::WriteFile(const std::string& name,
                                       std::span<const uint8_t> bytes) const {
  const auto error =
      ReplaceFile(directory_ / name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                  Survives::kCrash);
  if (error) return std::unexpected("cannot write: " + error.message());
  return {};
}

HlsWriter::Result HlsWriter::WritePlaylist(bool ended) const {
  const std::string text = playlist_.ToText(ended);
  return WriteFile(std::string(kHlsPlaylistFile),
                   {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

}  // namespace parley
