#include "recorder/compose/picture_source.h"

#include <utility>

namespace parley {
namespace {

// Of frames that wait for a later key frame to make them needless.
constexpr size_t kMostDueBytes = size_t{2} << 20;

bool IsI420(const AVFrame& frame) {
  return (frame.format == AV_PIX_FMT_YUV420P || frame.format == AV_PIX_FMT_YUVJ420P) &&
         frame.width > 0 && frame.height > 0;
}

}  // namespace

std::expected<PictureSource, std::string> PictureSource::Make(
    std::expected<TrackReader, std::string> reader) {
  if (!reader) return std::unexpected(reader.error());
  const AVCodec* codec = avcodec_find_decoder(reader->parameters().codec_id);
  const auto fail = [](const char* words) { return std::unexpected(std::string(words)); };
  if (codec == nullptr || codec->type != AVMEDIA_TYPE_VIDEO)
    return fail("there is no decoder for a track");
  AvCodec decoder(avcodec_alloc_context3(codec));
  if (avcodec_parameters_to_context(decoder.get(), &reader->parameters()) < 0) {
    return fail("a track's head is damaged");
  }
  decoder->thread_count = 1;
  decoder->flags |= AV_CODEC_FLAG_LOW_DELAY;
  decoder->max_pixels = kMostPixels;
  decoder->pkt_timebase = reader->stream().time_base;
  if (avcodec_open2(decoder.get(), codec, nullptr) < 0) return fail("a track's head is damaged");
  return PictureSource(*std::move(reader), std::move(decoder));
}

PictureSource::PictureSource(TrackReader reader, AvCodec decoder)
    : reader_(std::move(reader)),
      decoder_(std::move(decoder)),
      picture_(av_frame_alloc()),
      incoming_(av_frame_alloc()) {}

void PictureSource::Peek() {
  if (next_ || ended_) return;
  next_ = reader_.Next();
  ended_ = !next_ && !reader_.grows();
}

bool PictureSource::IsDue(int64_t recorded_us) {
  Peek();
  return next_ && next_.at_us <= recorded_us;
}

bool PictureSource::Advance(int64_t recorded_us) {
  changed_ = false;
  while (true) {
    Peek();
    if (!next_ || next_.at_us > recorded_us) break;
    if (next_.key_frame()) {
      // Nothing before it is needed.
      due_.clear();
      due_bytes_ = 0;
    }
    due_bytes_ += next_.bytes().size();
    due_.push_back(std::move(next_));
    next_ = {};
    while (due_bytes_ > kMostDueBytes) {
      due_bytes_ -= due_.front().bytes().size();
      Decode(due_.front());
      due_.pop_front();
    }
  }
  for (const TrackPacket& packet : due_) Decode(packet);
  due_.clear();
  due_bytes_ = 0;
  return changed_;
}

void PictureSource::Decode(const TrackPacket& packet) {
  if (packet.key_frame()) waits_for_key_ = false;
  if (waits_for_key_) return;
  const int result = avcodec_send_packet(decoder_.get(), packet.packet.get());
  if (result < 0) {
    Damaged();
    return;
  }
  TakePictures();
}

void PictureSource::TakePictures() {
  while (true) {
    const int result = avcodec_receive_frame(decoder_.get(), incoming_.get());
    if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return;
    const bool damaged = result < 0 || (incoming_->flags & AV_FRAME_FLAG_CORRUPT) != 0 ||
                         incoming_->decode_error_flags != 0 || !IsI420(*incoming_);
    if (damaged) {
      av_frame_unref(incoming_.get());
      Damaged();
      if (result < 0) return;
      continue;
    }
    ++decoded_;
    std::swap(picture_, incoming_);
    av_frame_unref(incoming_.get());
    has_picture_ = true;
    changed_ = true;
  }
}

void PictureSource::Damaged() {
  ++damaged_;
  waits_for_key_ = true;
  avcodec_flush_buffers(decoder_.get());
}

}  // namespace parley
