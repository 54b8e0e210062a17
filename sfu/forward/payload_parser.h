#pragma once

// Reads the codec's part of a packet into its PacketMeta: key frames, frame borders, layers and the
// running numbers. Remembers what one encoding's packets need of earlier ones (AV1's template
// structure, H.264's parameter sets of the same picture). One per encoding on the home core.

#include <array>
#include <cstdint>
#include <optional>

#include "sfu/forward/packet_meta.h"
#include "sfu/wire/av1_dependency_descriptor.h"
#include "sfu/wire/rtp.h"

namespace parley {

class PayloadParser {
 public:
  // Needs `meta.codec`, seq, marker and timestamp. False when the payload is malformed.
  bool Parse(const RtpView& packet, uint8_t dependency_descriptor_id, PacketMeta& meta);
  // The last packet's payload, or what its dependency descriptor says.
  bool unreadable() const { return unreadable_; }
  // The encoding's SSRC or codec changed.
  void Reset() { *this = PayloadParser(); }

  // Pixels by spatial layer as last told; 0 unknown.
  const std::array<uint16_t, kMaxLayers>& heights() const { return heights_; }
  // Highest spatial layer count told or seen.
  int spatial_layers() const { return spatial_layers_; }

 private:
  bool ParseRed(const RtpView& packet, PacketMeta& meta);
  bool ParseVp8(const RtpView& packet, uint8_t dependency_descriptor_id, PacketMeta& meta);
  bool ParseVp9(const RtpView& packet, uint8_t dependency_descriptor_id, PacketMeta& meta);
  bool ParseH264(const RtpView& packet, uint8_t dependency_descriptor_id, PacketMeta& meta);
  // Of any codec: nothing where there is none, or it needs a structure that was lost.
  std::optional<DependencyDescriptor> ReadDescriptor(const RtpView& packet, uint8_t id,
                                                     PacketMeta& meta);
  // For codecs whose own description has no temporal layers, or leaves them out.
  void UseTemporalLayers(const DependencyDescriptor& d, PacketMeta& meta) const;
  bool ParseAv1(const RtpView& packet, uint8_t dependency_descriptor_id, PacketMeta& meta);
  void UseDependencyDescriptor(const DependencyDescriptor& d, PacketMeta& meta);
  // Without a codec's own word: a frame starts after a marker or with another timestamp.
  bool FollowsFrameEnd(const PacketMeta& meta) const;

  bool unreadable_ = false;
  std::array<uint16_t, kMaxLayers> heights_{};
  int spatial_layers_ = 1;
  std::optional<DependencyStructure> structure_;
  DecodeTargets decode_targets_;  // of structure_
  uint32_t active_decode_targets_ = 0;
  std::optional<RtpTimestamp> sps_timestamp_;
  int64_t last_seq_ = -1;
  bool last_marker_ = false;
  RtpTimestamp last_timestamp_;
};

}  // namespace parley
