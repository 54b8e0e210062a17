#include "sfu/forward/slot.h"

#include <algorithm>

namespace parley {
namespace {

// A hole this wide in audio is a pause of the forwarding rather than a loss: nobody asks for it
// again, and numbering over it keeps the receiver from doing so.
constexpr int64_t kAudioHole = 16;

constexpr int64_t kAudioPacketsPerSecond = 50;

bool IsVideo(const PacketMeta& meta) { return meta.codec.codec >= Codec::kVp8; }

// RFC 6184 section 8.1: profile_idc and profile-iop say what a decoder must know; the level is
// the encoder's affair. Constrained Baseline is in every profile.
bool IsH264Decodable(const CodecKey& source, const CodecParams& slot) {
  if (source.packetization_mode != slot.packetization_mode) return false;
  auto profile = [](uint32_t level_id) { return level_id >> 16; };
  bool constrained_baseline = profile(source.profile) == 66 && (source.profile >> 8 & 0x40) != 0;
  return profile(source.profile) == profile(slot.profile) || constrained_baseline;
}

bool IsDecodable(const CodecKey& source, const CodecParams& slot) {
  if (source.codec != slot.codec) return false;
  if (source.codec == Codec::kH264) return IsH264Decodable(source, slot);
  return source.profile == slot.profile;
}

}  // namespace

Slot::Slot(const SlotParams& params, TransportId transport, uint16_t first_seq,
           RtpTimestamp first_timestamp, uint16_t first_rtx_seq)
    : params_(params),
      transport_(transport),
      last_timestamp_(first_timestamp),
      rtx_seq_(first_rtx_seq),
      rewriter_(first_seq) {}

void Slot::PrefetchState() const {
  // The rewriter's few interruptions lie behind its numbers.
  constexpr size_t kRewriterHead = 128;
  const auto* begin = reinterpret_cast<const uint8_t*>(this);
  const auto* end = reinterpret_cast<const uint8_t*>(&rewriter_) + kRewriterHead;
  Prefetch(begin, static_cast<size_t>(end - begin));
}

const CodecParams* Slot::FindFirst(Codec codec) const {
  for (const CodecParams& c : params_.codecs) {
    if (c.codec == codec) return &c;
  }
  return nullptr;
}

const CodecParams* Slot::FindCodec(const CodecKey& codec) const {
  if (cached_codec_ && cached_key_ == codec) return cached_codec_;
  const CodecParams* opus = FindFirst(Codec::kOpus);
  for (const CodecParams& c : params_.codecs) {
    if (c.codec == Codec::kTelephoneEvent || !IsDecodable(codec, c)) continue;
    if (c.codec == Codec::kRed && !opus) continue;
    cached_key_ = codec;
    return cached_codec_ = &c;
  }
  if (codec.codec != Codec::kRed || !opus) return nullptr;
  cached_key_ = codec;
  return cached_codec_ = opus;
}

void Slot::Assign(SourceId source, uint16_t max_height, uint8_t priority, uint32_t epoch) {
  const bool more = (max_height == 0 ? max_height_ != 0 : max_height > max_height_);
  if (source != source_ || more || priority > priority_) patience_.Reset();
  max_height_ = max_height;
  priority_ = priority;
  epoch_ = epoch;
  told_.reset();
  if (source == source_) return;
  source_ = source;
  live_ = false;
  limited_ = false;
  lower_since_.reset();
  demand_ = 0;
  target_ = Target();
}

void Slot::Abandon(SeqNum first) {
  live_ = false;
  const bool sent = packets_sent_ != 0 && highest_sent_ - first >= 0;
  rewriter_.Rewind((sent ? highest_sent_ + 1 : first).value());
}

std::optional<uint8_t> Slot::AwaitedEncoding() const {
  if (!source_.value() || target_.paused || params_.kind != MediaKind::kVideo) return std::nullopt;
  if (!live_) return target_.encoding;
  if (current().encoding != target_.encoding) return target_.encoding;
  if (current().spatial != target_.spatial && !(intact_ >> target_.spatial & 1)) {
    return target_.encoding;
  }
  return std::nullopt;
}

bool Slot::Continues(SourceId source, const PacketMeta& meta) const {
  const Segment& s = current();
  if (!IsVideo(meta) && rewriter_.IsHole(meta.seq, kAudioHole)) return false;
  return live_ && s.source == source && s.encoding == meta.encoding &&
         s.generation == meta.generation;
}

// Video begins with a key frame: of the encoding wanted, or of a lower one while there is nothing.
bool Slot::MayEnter(const PacketMeta& meta) const {
  if (!IsVideo(meta)) return meta.needed_by != 0;
  if (!meta.key_frame) return false;
  if (meta.encoding == target_.encoding) return true;
  bool stale = live_ && current().encoding == meta.encoding;  // its SSRC changed
  return stale || (!live_ && meta.encoding < target_.encoding);
}

Slot::Outcome Slot::Handle(SourceId source, const PacketMeta& meta, Timestamp now,
                           Rewrite& rewrite) {
  if (target_.paused) {
    live_ = false;
    return Outcome::kWithheld;
  }
  bool entered = false;
  if (!Continues(source, meta)) {
    if (!FindCodec(meta.codec)) {
      return meta.codec.codec == Codec::kTelephoneEvent ? Outcome::kWithheld
                                                        : Outcome::kUnsupportedCodec;
    }
    if (!MayEnter(meta)) {
      bool stale = live_ && current().source == source && current().encoding == meta.encoding;
      return IsVideo(meta) && (!live_ || stale) ? Outcome::kNeedsEntry : Outcome::kWithheld;
    }
    Enter(source, meta);
    entered = true;
  } else if (IsVideo(meta)) {
    FollowLayers(meta);
  }

  const Segment& segment = current();
  if ((meta.needed_by >> segment.spatial & 1) == 0 || !FindCodec(meta.codec)) {
    rewriter_.Drop(meta.seq);
    intact_ &= static_cast<uint8_t>(~meta.needed_by);
    return Outcome::kWithheld;
  }
  if (IsVideo(meta) && !AdmitsTemporal(meta)) {
    SkipPicture(meta);
    return Outcome::kWithheld;
  }
  int64_t next = rewriter_.next_output();
  std::optional<int64_t> output = rewriter_.Map(meta.seq);
  if (!output) return Outcome::kWithheld;
  const uint16_t skipped = rewriter_.SkippedAt(meta.seq);
  FillRewrite(segment, meta, skipped, rewrite);
  rewrite.seq = SeqNum(static_cast<uint16_t>(*output));
  rewrite.marker |= entered && !IsVideo(meta);
  if (*output >= next) {
    last_timestamp_ = rewrite.timestamp;
    last_arrival_ = now;
    last_capture_us_ = meta.capture_us;
    last_clock_rate_ = meta.codec.clock_rate;
    if (meta.picture)
      last_picture_ = static_cast<uint16_t>(meta.picture.value + segment.picture_offset - skipped);
    if (meta.frame_number) {
      last_frame_number_ =
          static_cast<uint16_t>(meta.frame_number.value + segment.frame_number_offset);
    }
    if (meta.tl0) last_tl0_ = static_cast<uint8_t>(meta.tl0.value + segment.tl0_offset);
  }
  return entered ? Outcome::kEntered : Outcome::kForward;
}

void Slot::Enter(SourceId source, const PacketMeta& meta) {
  Segment next;
  next.source = source;
  next.encoding = meta.encoding;
  next.generation = meta.generation;
  next.spatial = target_.spatial;
  if (!rewriter_.started()) {
    next.timestamp_offset = last_timestamp_.value() - meta.timestamp.value();
  } else {
    // The timeline goes on by as much time as passed since the last packet; between encodings of
    // one source the sender's own clock tells it better than the arrivals do.
    int64_t elapsed_us = (meta.arrival - last_arrival_).us();
    bool same_clock = current().source == source && meta.capture_us != 0 && last_capture_us_ != 0;
    if (same_clock) {
      int64_t captured_us = meta.capture_us - last_capture_us_;
      if (captured_us > -2'000'000 && captured_us < elapsed_us + 2'000'000)
        elapsed_us = captured_us;
    }
    // Two voices do not overlap: a receiver takes sound of a time that it has played for late.
    const int64_t least = IsVideo(meta) ? 1 : meta.codec.clock_rate / kAudioPacketsPerSecond;
    int64_t units = std::max<int64_t>(elapsed_us * meta.codec.clock_rate / 1'000'000, least);
    next.timestamp_offset = (last_timestamp_ + units).value() - meta.timestamp.value();
    next.picture_offset = static_cast<uint16_t>(last_picture_ + 1 - meta.picture.value);
    next.frame_number_offset =
        static_cast<uint16_t>(last_frame_number_ + 1 - meta.frame_number.value);
    next.tl0_offset = static_cast<uint8_t>(last_tl0_ + 1 - meta.tl0.value);
  }
  live_ = true;
  intact_ = kAllLayers;
  StartSegment(next, meta.seq);
}

void Slot::FollowLayers(const PacketMeta& meta) {
  Segment next = current();
  intact_ |= meta.entry_to;
  if (next.spatial == target_.spatial || !meta.frame_start || !rewriter_.IsNewest(meta.seq)) return;
  if (target_.spatial < next.spatial) {
    // Down at the border between two pictures, where what the lower layers need was kept whole.
    bool picture_border = meta.key_frame || meta.spatial_id <= target_.spatial;
    if (!picture_border || !(intact_ >> target_.spatial & 1)) return;
    next.spatial = target_.spatial;
  } else {
    uint8_t layer = target_.spatial;
    while (layer > next.spatial && !(meta.entry_to >> layer & 1)) --layer;
    if (layer == next.spatial) return;
    next.spatial = layer;
  }
  StartSegment(next, meta.seq);
}

bool Slot::AwaitsLower() const {
  return target_.encoding < current().encoding ||
         (target_.encoding == current().encoding && target_.spatial < current().spatial);
}

// VP8's picture ids must run on without holes (RFC 7741 section 4.2 leaves a receiver no other sign
// that nothing is missing), so only a stream that has them is thinned, or that has a dependency
// descriptor, whose frame numbers may have holes; what VP9 and AV1 refer to by number is found
// without what was left out. Decided for whole pictures. Up only behind a frame that says so, or by
// one that needs nothing of what was left out. While a lower encoding or spatial layer is waited
// for, which takes a key frame, the lowest temporal layer must do.
bool Slot::AdmitsTemporal(const PacketMeta& meta) {
  if (meta.codec.codec == Codec::kVp8 && !meta.frame_number && (!meta.picture || !meta.tl0)) {
    return true;
  }
  const bool begins = meta.key_frame || !(meta.timestamp == picture_);
  if (meta.frame_start && begins && rewriter_.IsNewest(meta.seq)) {
    picture_ = meta.timestamp;
    const uint8_t most = AwaitsLower() ? 0 : std::min(target_.temporal, most_temporal_);
    if (meta.key_frame || most < temporal_) {
      temporal_ = most;
    } else if (meta.temporal_id <= temporal_ ||
               (meta.temporal_sync && meta.temporal_id == temporal_ + 1)) {
      const uint8_t reached = std::max(meta.temporal_id, meta.temporal_entry);
      temporal_ = std::max(temporal_, std::min(most, reached));
    }
  }
  return meta.temporal_id <= temporal_;
}

void Slot::SkipPicture(const PacketMeta& meta) {
  const bool is_new =
      meta.codec.codec == Codec::kVp8 && (!skips_ || skipped_picture_ != meta.picture.value);
  rewriter_.Drop(meta.seq, is_new);
  skips_ = true;
  skipped_picture_ = static_cast<uint16_t>(meta.picture.value);
}

void Slot::StartSegment(const Segment& segment, int64_t source_seq) {
  ++counts_.switches;
  segment_ = rewriter_.StartSegment(source_seq);
  segments_[segment_ % kSegments] = segment;
  skips_ = false;
}

void Slot::FillRewrite(const Segment& segment, const PacketMeta& meta, uint16_t skipped,
                       Rewrite& rewrite) const {
  rewrite.timestamp = RtpTimestamp(meta.timestamp.value() + segment.timestamp_offset);
  rewrite.source = segment.source;
  rewrite.marker = meta.marker || (meta.frame_end && meta.spatial_id == segment.spatial);
  rewrite.picture_offset = static_cast<uint16_t>(segment.picture_offset - skipped);
  rewrite.frame_number_offset = segment.frame_number_offset;
  rewrite.tl0_offset = segment.tl0_offset;
  rewrite.active_targets = ActiveTargets(segment, meta);
  rewrite.codec = FindCodec(meta.codec);
  rewrite.strip_red = false;
  if (meta.codec.codec != Codec::kRed) return;
  // What the sender repeats is of use where something is missing.
  const CodecParams* opus = FindFirst(Codec::kOpus);
  rewrite.strip_red = rewrite.codec == opus || !meta.after_loss;
  if (rewrite.strip_red) rewrite.codec = opus;
  rewrite.opus_payload_type = opus->payload_type;
}

// Of the decode targets that the sender produces those that can be decoded from what is forwarded:
// lower layers that the upper ones do not need are not, once something of them was left out.
uint16_t Slot::ActiveTargets(const Segment& segment, const PacketMeta& meta) const {
  const DecodeTargets& targets = meta.decode_targets;
  if (!meta.frame_start || targets.count < 2) return 0;
  uint16_t active = 0;
  for (size_t i = 0; i < targets.count; ++i) {
    const uint8_t spatial = targets.spatial(i);
    const bool whole = spatial == segment.spatial || (intact_ >> spatial & 1) != 0;
    if (spatial <= segment.spatial && targets.temporal(i) <= temporal_ && whole) {
      active |= static_cast<uint16_t>(1u << i);
    }
  }
  return active & targets.active;
}

std::optional<Slot::Retransmission> Slot::FindForNack(SeqNum seq, Timestamp now,
                                                      Duration round_trip) {
  for (size_t i = 0; i < std::min(resent_count_, kResent); ++i) {
    if (resent_[i].seq == seq && now - resent_[i].at < round_trip) return std::nullopt;
  }
  auto found = Find(seq);
  if (found) resent_[resent_count_++ % kResent] = {seq, now};
  return found;
}

std::optional<Slot::Retransmission> Slot::Find(SeqNum seq) const {
  auto origin = rewriter_.Find(seq.value());
  if (!origin || segment_ - origin->segment >= kSegments) return std::nullopt;
  const Segment& segment = segments_[origin->segment % kSegments];
  Retransmission r;
  r.source = segment.source;
  r.encoding = segment.encoding;
  r.source_seq = origin->source_seq;
  r.rewrite.seq = seq;
  r.rewrite.source = segment.source;
  r.segment = origin->segment;
  r.skipped = origin->skipped;
  return r;
}

bool Slot::CompleteRewrite(const PacketMeta& meta, Retransmission& r) const {
  if (!FindCodec(meta.codec)) return false;
  SeqNum seq = r.rewrite.seq;
  FillRewrite(segments_[r.segment % kSegments], meta, r.skipped, r.rewrite);
  r.rewrite.seq = seq;
  return true;
}

RtpTimestamp Slot::TimestampAt(Timestamp now) const {
  return last_timestamp_ + (now - last_arrival_).us() * last_clock_rate_ / 1'000'000;
}

}  // namespace parley
