#pragma once

// What a layer choice needs to know of a source: its codec and, for each simulcast encoding or
// spatial layer, what it costs and how large it is. Measured on the home core; a plain value.

#include <array>
#include <cstdint>
#include <optional>

#include "sfu/forward/packet_meta.h"

namespace parley {

struct SourceInfo {
  std::optional<CodecKey> codec;  // none before the first packet
  uint8_t encodings = 0;          // that may be sent; 0 unknown
  bool scalable = false;          // the layers are spatial layers of one stream
  // By layer, lowest first; a layer of 0 is not being sent. A spatial layer's rate has those below
  // it in it.
  std::array<uint32_t, kMaxLayers> bitrate_bps{};
  std::array<uint16_t, kMaxLayers> heights{};  // pixels; 0 unknown
  // What of the lowest layer's rate its lowest temporal layer takes, and that with the next.
  std::array<uint8_t, 2> temporal_percent{100, 100};

  // -1 while nothing is being sent.
  int highest_active() const {
    for (int i = kMaxLayers - 1; i >= 0; --i) {
      if (bitrate_bps[static_cast<size_t>(i)] != 0) return i;
    }
    return -1;
  }
  // Bit per layer that is being sent.
  uint8_t active_mask() const {
    uint8_t mask = 0;
    for (size_t i = 0; i < bitrate_bps.size(); ++i) {
      if (bitrate_bps[i] != 0) mask |= static_cast<uint8_t>(1u << i);
    }
    return mask;
  }
};

}  // namespace parley
