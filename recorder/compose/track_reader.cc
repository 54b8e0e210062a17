#include "recorder/compose/track_reader.h"

extern "C" {
#include <libavutil/mathematics.h>
}

#include <cstring>
#include <utility>

namespace parley {
namespace {

constexpr AVRational kMicroseconds = {1, 1'000'000};

}  // namespace

std::expected<TrackReader, std::string> TrackReader::Open(const std::filesystem::path& file) {
  auto stored = StoredFile::Open(file);
  if (!stored) {
    return std::unexpected(file.filename().string() + ": " + stored.error().message());
  }
  auto input = std::make_unique<AvInput>(*std::move(stored));
  AVFormatContext* context = avformat_alloc_context();
  if (context == nullptr) return std::unexpected("out of memory");
  context->pb = input->io();
  // It frees the context when it fails.
  const int result = avformat_open_input(&context, "", av_find_input_format("matroska"), nullptr);
  if (result < 0) return std::unexpected(file.filename().string() + ": " + AvError(result));
  TrackReader reader(std::move(input), context);
  if (context->nb_streams != 1) {
    return std::unexpected(file.filename().string() + ": it is no track");
  }
  return reader;
}

std::expected<TrackReader, std::string> TrackReader::Follow(const std::filesystem::path& file,
                                                            int64_t from_us) {
  auto reader = Open(file);
  if (!reader) return reader;
  auto blocks = ClusterReader::Open(file, from_us);
  if (!blocks) return std::unexpected(file.filename().string() + ": it is no track");
  reader->blocks_.emplace(*std::move(blocks));
  return reader;
}

TrackPacket TrackReader::Next() {
  AvPacket packet(av_packet_alloc());
  if (blocks_) {
    const auto block = blocks_->Next();
    if (!block || av_new_packet(packet.get(), static_cast<int>(block->bytes.size())) < 0) return {};
    std::memcpy(packet->data, block->bytes.data(), block->bytes.size());
    packet->pts = packet->dts =
        av_rescale_q(block->at_us, kMicroseconds, context_->streams[0]->time_base);
    if (block->key_frame) packet->flags |= AV_PKT_FLAG_KEY;
    return {block->at_us, std::move(packet)};
  }
  if (av_read_frame(context_.get(), packet.get()) < 0 || packet->pts == AV_NOPTS_VALUE) return {};
  const int64_t at = av_rescale_q(packet->pts, context_->streams[0]->time_base, kMicroseconds);
  return {at, std::move(packet)};
}

}  // namespace parley
