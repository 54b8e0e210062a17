#pragma once

// VP9 payload descriptor (RFC 9628 section 4.2), flexible and non-flexible mode, with its
// scalability structure. Value, any thread. Bounded: 8 spatial layers, 3 references, 255 pictures
// in a group (skipped, not stored).

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "sfu/wire/counter_field.h"

namespace parley {

struct Vp9Descriptor {
  bool inter_picture_predicted = false;       // P
  bool flexible = false;                      // F
  bool frame_start = false;                   // B: of one spatial layer's frame
  bool frame_end = false;                     // E
  bool not_reference_for_upper = false;       // Z
  bool has_layer_indices = false;             // L
  uint8_t temporal_id = 0;                    // TID
  bool switching_up_point = false;            // U
  uint8_t spatial_id = 0;                     // SID
  bool inter_layer_dependent = false;         // D
  CounterField picture_id;                    // 7 or 15 bits
  CounterField tl0_pic_idx;                   // non-flexible mode only
  uint8_t reference_count = 0;                // flexible mode, 0..3
  std::array<uint8_t, 3> reference_deltas{};  // P_DIFF
  bool has_structure = false;                 // V
  uint8_t spatial_layers = 0;                 // of the structure, 1..8
  bool has_resolutions = false;
  std::array<uint16_t, 8> widths{};
  std::array<uint16_t, 8> heights{};
  uint16_t size = 0;  // bytes of the descriptor

  // The first packet of a picture that needs nothing before it.
  bool key_frame() const {
    return frame_start && !inter_picture_predicted && spatial_id == 0 && !inter_layer_dependent;
  }

  // Nothing when the descriptor does not fit the payload or no frame data follows it.
  static std::optional<Vp9Descriptor> Parse(std::span<const uint8_t> payload);
};

}  // namespace parley
