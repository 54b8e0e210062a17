#include "sfu/forward/producer.h"

#include <algorithm>

#include "sfu/wire/av1_dependency_descriptor.h"
#include "sfu/wire/rtp_extensions.h"
#include "sfu/wire/rtx.h"

namespace parley {
namespace {

// RED is a way to send Opus, and telephone events come between: neither is another codec.
bool IsSameStream(const CodecKey& a, const CodecKey& b) {
  bool audio = a.codec < Codec::kVp8 && b.codec < Codec::kVp8;
  return audio || a == b;
}

// In which a picture of a screen is to come; of the lowest encoding better late than never.
constexpr Duration kPicture = Duration::Seconds(1);
constexpr Duration kLatePicture = Duration::Seconds(2);

uint16_t OffsetIn(std::span<const uint8_t> packet, std::span<const uint8_t> part) {
  return static_cast<uint16_t>(part.data() - packet.data());
}

}  // namespace

Producer::Producer(const ProducerParams& params) : params_(params) {
  if (params_.encodings.empty()) params_.encodings.emplace_back();
  if (params_.encodings.size() > kMaxLayers) params_.encodings.resize(kMaxLayers);
  for (const CodecParams& c : params_.codecs) {
    takes_pli_ |= c.pli;
    takes_fir_ |= c.fir;
    takes_remb_ |= c.remb;
  }
}

const CodecParams* Producer::FindCodec(PayloadType pt) const {
  for (const CodecParams& c : params_.codecs) {
    if (c.payload_type == pt) return &c;
  }
  return nullptr;
}

const CodecParams* Producer::FindCodecByRtx(PayloadType pt) const {
  for (const CodecParams& c : params_.codecs) {
    if (c.rtx_payload_type == pt) return &c;
  }
  return nullptr;
}

bool Producer::Unwrap(Encoding& encoding, const RtpView& view, PacketRef& packet) const {
  const CodecParams* codec = FindCodecByRtx(view.payload_type());
  if (!codec || !encoding.stream.ssrc()) return false;
  std::span<uint8_t> bytes = packet.MutableBytes();
  std::span<uint8_t> original = UnwrapRtx(bytes, codec->payload_type, *encoding.stream.ssrc());
  if (original.empty()) return false;
  packet.MoveFront(original.data() - bytes.data());
  packet.SetSize(original.size());
  return true;
}

bool Producer::FollowStream(Encoding& encoding, const RtpView& view, const CodecParams& codec) {
  CodecKey key = CodecKey::Of(codec);
  if (encoding.stream.ssrc() != view.ssrc()) {
    if (encoding.stream.ssrc()) ++encoding.generation;
    encoding.stream.Start(view.ssrc());
    encoding.parser.Reset();
  } else if (encoding.codec && !IsSameStream(*encoding.codec, key)) {
    ++encoding.generation;
    encoding.parser.Reset();
  }
  encoding.codec = key;
  if (codec_ && IsSameStream(*codec_, key)) return false;
  if (key.codec == Codec::kTelephoneEvent) return false;
  codec_ = key;
  return true;
}

Producer::Result Producer::HandlePacket(uint8_t encoding_index, bool rtx, PacketRef& packet,
                                        Timestamp now) {
  Encoding& encoding = encodings_[encoding_index];
  Result result;
  if (params_.kind == MediaKind::kAudio && !sound_limit_.Take(packet.size(), now)) {
    result.drop = Drop::kOverLimit;
    return result;
  }
  auto view = RtpView::Parse(packet.bytes());
  if (view && rtx) {
    if (!Unwrap(encoding, *view, packet)) {
      result.drop = Drop::kProbe;
      return result;
    }
    view = RtpView::Parse(packet.bytes());
  }
  if (!view) {
    result.drop = Drop::kMalformed;
    return result;
  }
  const CodecParams* codec = FindCodec(view->payload_type());
  if (!codec) {
    result.drop = Drop::kUnknownPayloadType;
    return result;
  }
  result.codec_changed = FollowStream(encoding, *view, *codec);

  auto seq = encoding.stream.HandlePacket(view->seq(), view->timestamp(), codec->clock_rate,
                                          packet.size(), codec->nack, rtx, now);
  result.jumped = encoding.stream.jumped();
  if (!seq) {
    result.drop = Drop::kDuplicate;
    return result;
  }
  PacketMeta& meta = result.meta.emplace();
  meta.arrival = now;
  meta.seq = *seq;
  meta.timestamp = view->timestamp();
  meta.codec = CodecKey::Of(*codec);
  meta.payload_offset = static_cast<uint16_t>(view->header_size());
  meta.payload_size = static_cast<uint16_t>(view->payload().size());
  meta.encoding = encoding_index;
  meta.generation = encoding.generation;
  meta.marker = view->marker();
  if (codec->codec == Codec::kRed) meta.after_loss = encoding.stream.LacksBefore(*seq);
  const bool extensions_read = ReadExtensions(*view, meta);
  if (const auto captured = ReadAbsCaptureTime(meta.AbsCaptureTimeIn(packet.bytes()))) {
    encoding.stream.HandleCapture(*captured, view->timestamp());
  }
  meta.capture_us = encoding.stream.CaptureUs(view->timestamp(), codec->clock_rate);
  // Padding and what cannot be read take part in the numbering and go nowhere.
  const bool read = meta.payload_size > 0 &&
                    encoding.parser.Parse(*view, params_.extensions.dependency_descriptor, meta);
  result.unreadable = (meta.payload_size > 0 && encoding.parser.unreadable()) || !extensions_read;
  if (!read) {
    meta.needed_by = 0;
    meta.key_frame = false;
    meta.entry_to = 0;
  }
  Measure(meta, packet.size(), now);
  return result;
}

void Producer::Measure(const PacketMeta& meta, size_t bytes, Timestamp now) {
  spatial_rates_[std::min<size_t>(meta.spatial_id, kMaxLayers - 1)].Add(bytes, now);
  if (params_.screen) encodings_[meta.encoding].screen.Add(meta.timestamp, bytes, now);
  const bool lowest = meta.encoding == 0 && meta.spatial_id == 0;
  if (lowest && meta.temporal_id < temporal_rates_.size()) {
    temporal_rates_[meta.temporal_id].Add(bytes, now);
  }
}

void Producer::AddTemporalShares(SourceInfo& info, Timestamp now) {
  const int64_t all = info.bitrate_bps[0];
  if (all == 0) return;
  int64_t sum = 0;
  for (size_t t = 0; t < temporal_rates_.size(); ++t) {
    sum += temporal_rates_[t].Rate(now).bps();
    info.temporal_percent[t] = static_cast<uint8_t>(std::clamp<int64_t>(sum * 100 / all, 1, 100));
  }
}

// Of several elements with one id the first counts, as for FindExtension().
bool Producer::ReadExtensions(const RtpView& view, PacketMeta& meta) const {
  const HeaderExtensionIds& ids = params_.extensions;
  return view.ForEachExtension([&](const RtpView::Extension& e) {
    if (e.id == ids.audio_level) {
      if (!meta.audio_level) meta.audio_level = ReadAudioLevel(e.data);
    } else if (e.id == ids.abs_capture_time) {
      if (meta.abs_capture_time_offset != 0 || e.data.size() > 16) return;
      meta.abs_capture_time_offset = OffsetIn(view.packet(), e.data);
      meta.abs_capture_time_size = static_cast<uint8_t>(e.data.size());
    } else if (e.id == ids.dependency_descriptor) {
      if (meta.dependency_descriptor_offset != 0) return;
      meta.frame_number = DependencyDescriptor::FrameNumberField(e.data);
      meta.dependency_descriptor_offset = OffsetIn(view.packet(), e.data);
      meta.dependency_descriptor_size = static_cast<uint8_t>(e.data.size());
    }
  });
}

void Producer::HandleSenderReport(uint8_t encoding, const SenderInfo& info, Timestamp now) {
  encodings_[encoding].stream.HandleSenderReport(info, now);
}

void Producer::HandleBye(uint8_t encoding) { encodings_[encoding].stream.nack().Reset(); }

Bitrate Producer::CostOf(uint8_t index, Timestamp now) {
  Encoding& encoding = encodings_[index];
  if (!params_.screen) return encoding.stream.Rate(now);
  return encoding.screen.Cost(index == 0 ? kLatePicture : kPicture, now);
}

SourceInfo Producer::MakeInfo(Timestamp now) {
  SourceInfo info;
  info.codec = codec_;
  info.encodings = encoding_count();
  if (encoding_count() > 1) {
    for (uint8_t i = 0; i < encoding_count(); ++i) {
      info.bitrate_bps[i] = static_cast<uint32_t>(CostOf(i, now).bps());
      info.heights[i] = encodings_[i].parser.heights()[0];
    }
    // Shares of what comes now, not of a peak.
    if (!params_.screen) AddTemporalShares(info, now);
    return info;
  }
  info.scalable = encodings_[0].parser.spatial_layers() > 1;
  info.heights = encodings_[0].parser.heights();
  int64_t sum = 0;
  for (size_t i = 0; i < kMaxLayers; ++i) {
    int64_t rate = spatial_rates_[i].Rate(now).bps();
    sum += rate;
    if (rate > 0) info.bitrate_bps[i] = static_cast<uint32_t>(sum);
  }
  AddTemporalShares(info, now);
  return info;
}

}  // namespace parley
