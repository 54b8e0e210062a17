#include "recorder/push/segment_reader.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

namespace parley {
namespace {

constexpr int kBufferBytes = 1 << 16;
constexpr AVRational kMicroseconds = {1, 1'000'000};

std::string ReadFile(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

int Segment::Take(void* segment, uint8_t* out, int size) {
  auto& self = *static_cast<Segment*>(segment);
  const size_t more = std::min(static_cast<size_t>(size), self.bytes_.size() - self.taken_);
  if (more == 0) return AVERROR_EOF;
  std::memcpy(out, self.bytes_.data() + self.taken_, more);
  self.taken_ += more;
  return static_cast<int>(more);
}

std::unique_ptr<Segment> Segment::Open(std::string head, const std::string& body) {
  if (head.empty() || body.empty()) return nullptr;
  std::unique_ptr<Segment> segment(new Segment(std::move(head) + body));
  AVFormatContext* context = avformat_alloc_context();
  if (context == nullptr) return nullptr;
  context->pb =
      avio_alloc_context(static_cast<unsigned char*>(av_malloc(kBufferBytes)), kBufferBytes, 0,
                         segment.get(), &Segment::Take, nullptr, nullptr);
  context->flags |= AVFMT_FLAG_CUSTOM_IO;
  AVIOContext* const io = context->pb;
  // It frees the context, and leaves the other, when it fails.
  if (avformat_open_input(&context, "", av_find_input_format("mp4"), nullptr) < 0) {
    av_freep(&io->buffer);
    AVIOContext* left = io;
    avio_context_free(&left);
    return nullptr;
  }
  segment->context_ = context;
  const bool ours = context->nb_streams == 2 &&
                    context->streams[0]->codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
                    context->streams[1]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
  return ours ? std::move(segment) : nullptr;
}

Segment::~Segment() {
  if (context_ == nullptr) return;
  AVIOContext* io = context_->pb;
  avformat_close_input(&context_);
  av_freep(&io->buffer);
  avio_context_free(&io);
}

bool Segment::Read(AVPacket& packet) {
  if (av_read_frame(context_, &packet) < 0) return false;
  av_packet_rescale_ts(&packet, context_->streams[packet.stream_index]->time_base, kMicroseconds);
  return true;
}

std::optional<SegmentReader::Next> SegmentReader::Read() {
  const std::string text = ReadFile(directory_ / kHlsPlaylistFile);
  const HlsPlaylist playlist = HlsPlaylist::Parse(text);
  if (playlist.segments().empty()) return std::nullopt;
  const HlsSegment* found = &playlist.segments().back();
  if (next_) {
    const auto known =
        std::ranges::lower_bound(playlist.segments(), *next_, {}, &HlsSegment::number);
    if (known == playlist.segments().end()) {
      ended_ = text.ends_with("#EXT-X-ENDLIST\n");
      return std::nullopt;
    }
    found = &*known;
    missed_ += found->number - *next_;
  }
  next_ = found->number + 1;
  auto segment = Segment::Open(ReadFile(directory_ / HlsHeadFile(found->run)),
                               ReadFile(directory_ / HlsSegmentFile(found->number)));
  if (!segment) {
    ++missed_;
    return std::nullopt;
  }
  return Next{.about = *found, .segment = std::move(segment)};
}

}  // namespace parley
