#pragma once

// Something a local peer sends: its encodings' streams, one per simulcast encoding. Takes each
// packet once, undoes RTX, drops duplicates, and describes it in a PacketMeta for everybody else.
// Belongs to the transport's Uplink, on the source's home core. Nothing allocates per packet.

#include <array>
#include <cstdint>
#include <optional>

#include "sfu/base/packet_pool.h"
#include "sfu/forward/ingress_limit.h"
#include "sfu/forward/packet_meta.h"
#include "sfu/forward/payload_parser.h"
#include "sfu/forward/rate_meter.h"
#include "sfu/forward/rtp_stream.h"
#include "sfu/forward/screen_cost.h"
#include "sfu/forward/source_info.h"
#include "sfu/port/media_params.h"
#include "sfu/wire/rtp.h"

namespace parley {

class Producer {
 public:
  // Of sound, which nobody's pacer holds back: what Opus at its most takes, headers included.
  static constexpr Bitrate kMaxSoundRate = Bitrate::Kbps(640);

  enum class Drop : uint8_t { kMalformed, kUnknownPayloadType, kDuplicate, kProbe, kOverLimit };
  struct Result {
    std::optional<PacketMeta> meta;  // none: the packet is of no more use
    Drop drop{};
    bool codec_changed = false;  // or known for the first time
    bool jumped = false;         // see RtpStream
    bool unreadable = false;     // its payload, layers or extensions
  };

  explicit Producer(const ProducerParams& params);

  // `encoding` < encoding_count(). An RTX packet is turned in place into what it repeats.
  Result HandlePacket(uint8_t encoding, bool rtx, PacketRef& packet, Timestamp now);
  void HandleSenderReport(uint8_t encoding, const SenderInfo& info, Timestamp now);
  // What follows does not continue what came before: the source was off for a while.
  void Interrupt() {
    for (Encoding& e : encodings_) ++e.generation;
  }
  // The SSRC said BYE.
  void HandleBye(uint8_t encoding);

  SourceId source() const { return params_.source; }
  const ProducerParams& params() const { return params_; }
  // None before the first packet.
  const std::optional<CodecKey>& codec() const { return codec_; }
  uint8_t encoding_count() const { return static_cast<uint8_t>(params_.encodings.size()); }
  RtpStream& stream(uint8_t encoding) { return encodings_[encoding].stream; }
  // What key-frame requests may be sent: RFC 4585's PLI, else RFC 5104's FIR.
  bool takes_pli() const { return takes_pli_; }
  bool takes_fir() const { return takes_fir_; }
  // Whether REMB was agreed, by which its sender is told what it may send.
  bool takes_remb() const { return takes_remb_; }

  SourceInfo MakeInfo(Timestamp now);

 private:
  struct Encoding {
    RtpStream stream;
    PayloadParser parser;
    std::optional<CodecKey> codec;
    uint8_t generation = 0;
    ScreenCost screen;  // of screens
  };

  const CodecParams* FindCodec(PayloadType pt) const;
  const CodecParams* FindCodecByRtx(PayloadType pt) const;
  // Undoes RTX. False when the packet carries nothing, or cannot be told what it repeats.
  bool Unwrap(Encoding& encoding, const RtpView& view, PacketRef& packet) const;
  // Sees to new SSRCs and codecs. True when the codec changed.
  bool FollowStream(Encoding& encoding, const RtpView& view, const CodecParams& codec);
  // False when something of the block could not be read.
  bool ReadExtensions(const RtpView& view, PacketMeta& meta) const;
  void Measure(const PacketMeta& meta, size_t bytes, Timestamp now);
  // What is planned with for one of several encodings.
  Bitrate CostOf(uint8_t index, Timestamp now);
  void AddTemporalShares(SourceInfo& info, Timestamp now);

  ProducerParams params_;
  bool takes_pli_ = false;
  bool takes_fir_ = false;
  bool takes_remb_ = false;
  std::array<Encoding, kMaxLayers> encodings_;
  std::array<RateMeter, kMaxLayers> spatial_rates_;
  std::array<RateMeter, 2> temporal_rates_;  // of the lowest layer, each apart
  std::optional<CodecKey> codec_;
  IngressLimit sound_limit_{kMaxSoundRate};
};

}  // namespace parley
