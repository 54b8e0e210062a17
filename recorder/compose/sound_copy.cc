#include "recorder/compose/sound_copy.h"

#include <algorithm>
#include <memory>

#include "recorder/compose/av_output.h"
#include "recorder/compose/part_file.h"
#include "recorder/compose/sound_mix.h"
#include "recorder/compose/track_reader.h"

namespace parley {

const RecordedTrack* OnlySound(const Manifest& manifest) {
  const auto is_pause = [](const RecordedMark& mark) { return mark.kind == "pause"; };
  if (std::ranges::any_of(manifest.marks, is_pause)) return nullptr;
  const auto only = std::ranges::find_if(manifest.tracks, IsSound);
  if (only == manifest.tracks.end()) return nullptr;
  return std::find_if(only + 1, manifest.tracks.end(), IsSound) == manifest.tracks.end() ? &*only
                                                                                         : nullptr;
}

std::expected<void, std::string> CopySound(const std::filesystem::path& track,
                                           const std::filesystem::path& output,
                                           const std::string& title) {
  auto reader = TrackReader::Open(track);
  if (!reader) return std::unexpected(reader.error());
  PartFile part(output);
  auto out = AvOutput::Open(part);
  if (!out) return std::unexpected(out.error());
  const auto failed = [](int result) { return CannotWrite(result); };
  AVFormatContext* raw = nullptr;
  int result = avformat_alloc_output_context2(&raw, nullptr, "webm", part.part().c_str());
  if (result < 0) return failed(result);
  const std::unique_ptr<AVFormatContext, AvFreeOutput> context(raw);
  if (!title.empty()) av_dict_set(&raw->metadata, "title", title.c_str(), 0);
  AVStream* stream = avformat_new_stream(raw, nullptr);
  if (stream == nullptr) return failed(AVERROR(ENOMEM));
  result = avcodec_parameters_copy(stream->codecpar, &reader->parameters());
  if (result < 0) return failed(result);
  stream->codecpar->codec_tag = 0;
  raw->pb = (*out)->io();
  result = avformat_write_header(raw, nullptr);
  if (result < 0) return failed(result);
  while (const TrackPacket packet = reader->Next()) {
    av_packet_rescale_ts(packet.packet.get(), reader->stream().time_base, stream->time_base);
    result = av_interleaved_write_frame(raw, packet.packet.get());
    if (result < 0) return failed(result);
  }
  result = av_write_trailer(raw);
  if (result < 0) return failed(result);
  if (auto closed = (*out)->Close(); !closed) return closed;
  return part.Commit();
}

}  // namespace parley
