#pragma once

// VP8 payload descriptor (RFC 7741 section 4.2) and as much of the frame header (section 4.3,
// RFC 6386 section 9.1) as tells key frames and their size. Value, any thread.

#include <cstdint>
#include <optional>
#include <span>

#include "sfu/wire/counter_field.h"

namespace parley {

struct Vp8Descriptor {
  bool start_of_partition = false;  // S
  uint8_t partition = 0;            // PID
  bool non_reference = false;       // N
  CounterField picture_id;          // 7 or 15 bits
  CounterField tl0_pic_idx;
  std::optional<uint8_t> temporal_id;
  bool layer_sync = false;  // Y
  uint8_t size = 0;         // bytes of the descriptor

  bool key_frame = false;  // first packet of one
  uint16_t width = 0;      // of a key frame, when its header is in the packet
  uint16_t height = 0;

  bool frame_start() const { return start_of_partition && partition == 0; }

  // Nothing when the descriptor does not fit the payload or no frame data follows it.
  static std::optional<Vp8Descriptor> Parse(std::span<const uint8_t> payload);
};

}  // namespace parley
