#pragma once

// AV1 aggregation header, the first byte of every AV1 payload (RTP Payload Format for AV1, section
// 4.4). Value, any thread.

#include <cstdint>
#include <optional>
#include <span>

namespace parley {

//  0 1 2 3 4 5 6 7
// +-+-+-+-+-+-+-+-+
// |Z|Y| W |N|-|-|-|
// +-+-+-+-+-+-+-+-+
struct Av1AggregationHeader {
  bool continues_fragment = false;  // Z: the first OBU began in an earlier packet
  bool ends_in_fragment = false;    // Y
  uint8_t obu_count = 0;            // W; 0: not told, every OBU has a length
  bool new_sequence = false;        // N: first packet of a coded video sequence, so of a key frame

  // Nothing for an empty payload, and for one that both continues and begins a sequence.
  static std::optional<Av1AggregationHeader> Parse(std::span<const uint8_t> payload) {
    if (payload.empty()) return std::nullopt;
    uint8_t b = payload[0];
    Av1AggregationHeader h{(b & 0x80) != 0, (b & 0x40) != 0, static_cast<uint8_t>((b >> 4) & 0x03),
                           (b & 0x08) != 0};
    if (h.continues_fragment && h.new_sequence) return std::nullopt;
    return h;
  }
};

}  // namespace parley
