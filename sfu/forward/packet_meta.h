#pragma once

// What a source's home core learned from a packet: everything that any Router, on this core or
// another, needs in order to rank, choose and rewrite it without parsing it again. A plain value
// that travels beside the packet's bytes; offsets count from the packet's first byte.

#include <cstdint>
#include <optional>
#include <span>

#include "sfu/base/seq_num.h"
#include "sfu/base/units.h"
#include "sfu/wire/codec.h"
#include "sfu/wire/counter_field.h"
#include "sfu/wire/rtp_extensions.h"

namespace parley {

// Simulcast encodings or spatial layers of one source.
inline constexpr int kMaxLayers = 3;
inline constexpr uint8_t kAllLayers = 0xFF;

// A codec as two sides must agree on it: what CodecParams says without the payload types.
struct CodecKey {
  Codec codec = Codec::kOpus;
  uint8_t packetization_mode = 0;
  uint32_t profile = 0;
  uint32_t clock_rate = 48000;

  static CodecKey Of(const CodecParams& p) {
    return {p.codec, p.packetization_mode, p.profile, p.clock_rate};
  }
  bool operator==(const CodecKey&) const = default;
};

// What a dependency descriptor says of its stream's decode targets, and where a receiver is told
// which of them it gets. Those beyond kMost are left as they are.
struct DecodeTargets {
  static constexpr size_t kMost = 16;

  uint8_t count = 0;      // 0: nothing is known, or there are more
  bool has_mask = false;  // the descriptor names the active ones
  uint16_t mask_at = 0;   // bit of the descriptor where they stand, or would
  uint16_t active = 0;    // that the sender produces, bit per target
  uint64_t layers = 0;    // four bits each: spatial below temporal

  uint8_t spatial(size_t target) const { return layers >> 4 * target & 3; }
  uint8_t temporal(size_t target) const { return layers >> (4 * target + 2) & 3; }
  void Set(size_t target, uint8_t spatial_id, uint8_t temporal_id) {
    layers |= uint64_t{static_cast<uint8_t>((temporal_id & 3) << 2 | (spatial_id & 3))}
              << 4 * target;
  }
};

struct PacketMeta {
  Timestamp arrival;
  int64_t seq = 0;  // extended, of this encoding, across SSRC changes
  RtpTimestamp timestamp;
  CodecKey codec;
  uint16_t payload_offset = 0;
  uint16_t payload_size = 0;  // without padding
  // RFC 2198: where the primary block begins within the payload; 0 when it is not RED.
  uint16_t red_primary_offset = 0;
  bool after_loss = false;  // RED's: one of the two packets before had not come
  uint8_t encoding = 0;     // 0 is the lowest
  uint8_t generation = 0;   // of the encoding: another SSRC or codec is another generation
  bool marker = false;
  bool frame_start = false;
  bool frame_end = false;  // of one spatial layer's frame
  bool key_frame = false;  // a decoder that has seen nothing may start with this packet
  uint16_t height = 0;     // pixels, told by some key frames; 0 unknown

  uint8_t spatial_id = 0;
  uint8_t temporal_id = 0;
  bool temporal_sync = false;  // the frame depends on none of its own temporal layer (VP8's Y)
  // Who has the frame, and all that it needs, may go up to this temporal layer behind it.
  uint8_t temporal_entry = 0;
  // Bit s: a receiver of spatial layers up to s needs this packet.
  uint8_t needed_by = kAllLayers;
  // Bit s: a receiver of fewer layers may go up to s with the frame that begins here.
  uint8_t entry_to = 0;

  // Numbers of the stream's own that must run on over a switch: VP8's and VP9's picture id and
  // TL0PICIDX, offsets within the payload; frame_number, offset within the dependency descriptor,
  // which browsers send with any codec.
  CounterField picture;
  CounterField tl0;
  CounterField frame_number;

  std::optional<AudioLevel> audio_level;
  // Extension elements that are passed on, by place and size; size 0 is absent.
  uint16_t dependency_descriptor_offset = 0;
  uint8_t dependency_descriptor_size = 0;
  DecodeTargets decode_targets;
  uint16_t abs_capture_time_offset = 0;
  uint8_t abs_capture_time_size = 0;
  // Of the packet that this is of.
  std::span<const uint8_t> AbsCaptureTimeIn(std::span<const uint8_t> packet) const {
    return packet.subspan(abs_capture_time_offset, abs_capture_time_size);
  }
  // Capture time on the sender's clock, by what it has told of that, microseconds since 1970; 0
  // unknown.
  int64_t capture_us = 0;
};

}  // namespace parley
