#pragma once

// One receive slot of one transport: the outgoing stream whose SSRC never changes while what it
// carries does. Decides for every packet whether it goes out and under which sequence number,
// timestamp and codec numbers, so that a decoder sees one unbroken stream; enters video only at key
// frames; finds again what an output number stood for. Nothing allocates after construction.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "sfu/base/ids.h"
#include "sfu/base/prefetch.h"
#include "sfu/base/seq_num.h"
#include "sfu/base/units.h"
#include "sfu/forward/layer_patience.h"
#include "sfu/forward/outbox.h"
#include "sfu/forward/packet_meta.h"
#include "sfu/forward/picture_loss_budget.h"
#include "sfu/forward/sequence_rewriter.h"
#include "sfu/port/events.h"
#include "sfu/port/media_params.h"

namespace parley {

// How one packet leaves in a slot.
struct Rewrite {
  SeqNum seq;
  RtpTimestamp timestamp;
  SourceId source;
  bool marker = false;
  uint16_t picture_offset = 0;  // added to the codec's own numbers
  uint16_t frame_number_offset = 0;
  uint8_t tl0_offset = 0;
  uint16_t active_targets = 0;         // what the dependency descriptor is to name; 0: as it is
  const CodecParams* codec = nullptr;  // the slot's, with the receiver's payload types
  // Opus's in the receiver's numbers: stands inside RED.
  PayloadType opus_payload_type;
  bool strip_red = false;  // send the primary block alone, under Opus's payload type
};

class Slot {
 public:
  static constexpr uint8_t kAllTemporal = 7;
  // What the source is asked to be shown as. Encodings of simulcast; layers of one scalable
  // encoding.
  struct Target {
    bool paused = false;
    uint8_t encoding = 0;
    uint8_t spatial = kMaxLayers - 1;
    uint8_t temporal = kAllTemporal;
    uint8_t thinned = kAllTemporal;  // what of `temporal` is for want of bandwidth
    bool operator==(const Target&) const = default;
  };
  enum class Outcome : uint8_t {
    kForward,
    kEntered,     // forward, and it is the first packet of a new source or encoding
    kWithheld,    // dropped: another layer, too late, paused
    kNeedsEntry,  // dropped: waits for a key frame
    kUnsupportedCodec,
  };
  struct Retransmission {
    SourceId source;
    uint8_t encoding = 0;
    int64_t source_seq = 0;
    uint32_t segment = 0;
    uint16_t skipped = 0;
    Rewrite rewrite;
  };

  // `first_seq` and `first_timestamp` are random (RFC 3550 section 5.1).
  Slot(const SlotParams& params, TransportId transport, uint16_t first_seq,
       RtpTimestamp first_timestamp, uint16_t first_rtx_seq);

  // Video and assigned audio: what to carry from now on; another source stops at once.
  void Assign(SourceId source, uint16_t max_height, uint8_t priority, uint32_t epoch);
  void SetTarget(const Target& target) { target_ = target; }
  // No more temporal layers than that for now, whatever the target: the subscriber falls behind.
  void set_most_temporal(uint8_t most) { most_temporal_ = most; }
  // What was carried stops; even the same source begins anew.
  void Interrupt() { live_ = false; }
  // The same, and what was given out from output number `first` on is not going to be sent, where
  // it was not sent already.
  void Abandon(SeqNum first);

  // What Handle() is going to need, as far as it lies here.
  void PrefetchState() const;
  // What that leads to.
  void PrefetchCodec() const { Prefetch(cached_codec_); }
  // `rewrite` is set for kForward and kEntered.
  Outcome Handle(SourceId source, const PacketMeta& meta, Timestamp now, Rewrite& rewrite);
  // What an output number stood for, unless it is forgotten.
  std::optional<Retransmission> Find(SeqNum seq) const;
  // The same, unless it was resent within `round_trip`; it counts as resent from here on.
  std::optional<Retransmission> FindForNack(SeqNum seq, Timestamp now, Duration round_trip);
  // Completes a Retransmission with the source packet's meta. False when its codec cannot be sent.
  [[nodiscard]] bool CompleteRewrite(const PacketMeta& meta, Retransmission& r) const;

  // Its temporal layer is forwarded now.
  bool Carries(const PacketMeta& meta) const { return meta.temporal_id <= temporal_; }
  // RED, where the receiver takes it; null elsewhere.
  const CodecParams* red() const { return FindFirst(Codec::kRed); }
  bool Supports(const CodecKey& codec) const { return FindCodec(codec) != nullptr; }
  // A packet of `bytes` payload bytes was sent under that number.
  void CountSent(SeqNum seq, size_t payload_bytes) {
    if (packets_sent_ == 0 || seq - highest_sent_ > 0) highest_sent_ = seq;
    ++packets_sent_;
    octets_sent_ += static_cast<uint32_t>(payload_bytes);
  }
  SeqNum NextRtxSeq() { return SeqNum(rtx_seq_++); }
  // The receiver asks for a key frame; false when it has asked too often: key frames cost everybody
  // else who watches.
  [[nodiscard]] bool SpendPictureLoss(Timestamp now) {
    ++counts_.key_frame_requests;
    return picture_losses_.Spend(now);
  }
  // The receiver reported on the SSRC, so it knows which m-line it belongs to. How many packets the
  // report is about; of the first it is not known.
  uint32_t HandleReport(uint32_t extended_highest_seq) {
    const uint32_t moved = extended_highest_seq - reported_seq_;
    reported_seq_ = extended_highest_seq;
    return std::exchange(mid_known_, true) ? std::min(moved, kReportedAtOnce) : 0;
  }

  const SlotParams& params() const { return params_; }
  TransportId transport() const { return transport_; }
  SourceId source() const { return source_; }
  uint16_t max_height() const { return max_height_; }
  uint8_t priority() const { return priority_; }
  uint32_t epoch() const { return epoch_; }
  const Target& target() const { return target_; }
  LayerPatience& patience() { return patience_; }
  // Something of the source that is wanted now has been sent and goes on being sent.
  bool live() const { return live_; }
  uint8_t live_encoding() const { return current().encoding; }
  bool mid_known() const { return mid_known_; }
  // The encoding that must send a key frame before the slot shows what it should; nothing when it
  // does.
  std::optional<uint8_t> AwaitedEncoding() const;
  // A lower layer than is wanted was chosen, for want of bandwidth.
  // Not before it has lasted: while an estimate is being found it is no weakness of the link.
  bool limited() const { return limited_; }
  void NoteLayer(bool lower_than_wanted, Timestamp now) {
    if (!lower_than_wanted) lower_since_.reset();
    if (lower_than_wanted && !lower_since_) lower_since_ = now;
    limited_ = lower_since_ && now - *lower_since_ >= kLimitedAfter;
  }
  // How many of the source's encodings should be sent for this slot.
  uint8_t demand() const { return demand_; }
  void set_demand(uint8_t encodings) { demand_ = encodings; }
  // What the signaling thread was told last.
  struct Told {
    SlotSwitched::State state;
    bool limited = false;
    bool operator==(const Told&) const = default;
  };
  const std::optional<Told>& told() const { return told_; }
  // Counts what is told for whoever looks after the server.
  void NoteTold(const Told& told) {
    told_ = told;
    if (told.state == SlotSwitched::State::kPausedBandwidth) ++counts_.pauses;
  }
  struct Counts {
    uint32_t pauses = 0;
    uint32_t switches = 0;            // to other sources, encodings and layers
    uint32_t key_frame_requests = 0;  // by the receiver
  };
  const Counts& counts() const { return counts_; }
  uint8_t live_spatial() const { return current().spatial; }
  // Highest temporal layer that is sent; more than there are where nothing is left out.
  uint8_t temporal() const { return temporal_; }
  // What was sent since the last call, as a rate.
  void MeasureRate(Timestamp now) {
    const auto bytes = static_cast<int64_t>(octets_sent_ - measured_octets_);
    if (now > measured_at_) rate_ = DataSize::Bytes(bytes) / (now - measured_at_);
    measured_octets_ = octets_sent_;
    measured_at_ = now;
  }
  Bitrate rate() const { return rate_; }

  // For sender reports: the RTP time now and what was sent. False before the first packet.
  bool started() const { return rewriter_.started(); }
  RtpTimestamp TimestampAt(Timestamp now) const;
  // What a time of the source's stream leaves as, by the mapping of now.
  RtpTimestamp Rewritten(RtpTimestamp timestamp) const {
    return RtpTimestamp(timestamp.value() + current().timestamp_offset);
  }
  uint32_t packets_sent() const { return packets_sent_; }
  uint32_t octets_sent() const { return octets_sent_; }

 private:
  static constexpr size_t kSegments = 8;
  static constexpr size_t kResent = 64;
  // Whatever a receiver claims.
  static constexpr uint32_t kReportedAtOnce = 1000;
  static constexpr Duration kLimitedAfter = Duration::Seconds(2);

  // A stretch of output that is mapped the same way.
  struct Segment {
    SourceId source;
    uint8_t encoding = 0;
    uint8_t generation = 0;
    uint8_t spatial = 0;  // highest layer forwarded
    uint8_t tl0_offset = 0;
    uint16_t picture_offset = 0;
    uint16_t frame_number_offset = 0;
    uint32_t timestamp_offset = 0;
  };

  const CodecParams* FindCodec(const CodecKey& codec) const;
  const CodecParams* FindFirst(Codec codec) const;
  const Segment& current() const { return segments_[segment_ % kSegments]; }
  bool Continues(SourceId source, const PacketMeta& meta) const;
  bool MayEnter(const PacketMeta& meta) const;
  void Enter(SourceId source, const PacketMeta& meta);
  void FollowLayers(const PacketMeta& meta);
  void StartSegment(const Segment& segment, int64_t source_seq);
  bool AdmitsTemporal(const PacketMeta& meta);
  // A lower layer is wanted than can be gone down to yet.
  bool AwaitsLower() const;
  uint16_t ActiveTargets(const Segment& segment, const PacketMeta& meta) const;
  void SkipPicture(const PacketMeta& meta);
  void FillRewrite(const Segment& segment, const PacketMeta& meta, uint16_t skipped,
                   Rewrite& rewrite) const;

  // What every packet needs stands first, and together.
  SlotParams params_;
  // The codec of the last packet and what it maps to.
  mutable CodecKey cached_key_;
  mutable const CodecParams* cached_codec_ = nullptr;
  TransportId transport_;
  SourceId source_;
  uint16_t max_height_ = 0;
  uint8_t priority_ = 0;
  uint32_t epoch_ = 0;
  Target target_;
  bool live_ = false;
  bool mid_known_ = false;
  uint32_t reported_seq_ = 0;
  uint8_t most_temporal_ = kAllTemporal;
  uint8_t temporal_ = kAllTemporal;  // highest temporal layer forwarded
  uint16_t skipped_picture_ = 0;     // the source's id of the last picture left out
  bool skips_ = false;               // there is one in this segment
  RtpTimestamp picture_;             // of the source: the picture that temporal_ was set for
  uint8_t intact_ = 0;  // bit s: nothing that layers up to s need was withheld since the entry
  uint32_t segment_ = 0;

  // The newest packet sent.
  RtpTimestamp last_timestamp_;
  Timestamp last_arrival_;
  int64_t last_capture_us_ = 0;
  uint32_t last_clock_rate_ = 0;
  uint16_t last_picture_ = 0;
  uint16_t last_frame_number_ = 0;
  uint8_t last_tl0_ = 0;
  uint16_t rtx_seq_;
  SeqNum highest_sent_;
  uint32_t packets_sent_ = 0;
  uint32_t octets_sent_ = 0;
  uint32_t measured_octets_ = 0;
  Timestamp measured_at_;
  Bitrate rate_;
  std::array<Segment, kSegments> segments_;
  SequenceRewriter rewriter_;

  LayerPatience patience_;
  PictureLossBudget picture_losses_;
  std::optional<Timestamp> lower_since_;
  bool limited_ = false;
  uint8_t demand_ = 0;
  std::optional<Told> told_;
  Counts counts_;
  struct Resent {
    SeqNum seq;
    Timestamp at;
  };
  std::array<Resent, kResent> resent_{};
  size_t resent_count_ = 0;
};

}  // namespace parley
