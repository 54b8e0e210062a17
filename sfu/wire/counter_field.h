#pragma once

// A running number inside a packet, by place and width: VP8's and VP9's picture id and TL0PICIDX,
// the dependency descriptor's frame_number. All of them can be changed in place, which is how a
// source switch stays invisible to a decoder. Value, any thread.

#include <cstdint>
#include <span>

#include "sfu/base/bytes.h"

namespace parley {

struct CounterField {
  uint16_t offset = 0;  // of its first byte, in the bytes that the parser was given
  uint16_t value = 0;
  uint8_t bits = 0;  // 7, 8, 15 or 16; 0 when the packet has no such field

  explicit operator bool() const { return bits != 0; }
  uint16_t mask() const { return static_cast<uint16_t>((1u << bits) - 1); }

  // `value` is cut to `bits`; the flag bit above a 7- or 15-bit field stays. The field must lie
  // within `data`, as it does where a parser found it.
  void Write(std::span<uint8_t> data, uint16_t new_value) const {
    uint8_t* p = data.data() + offset;
    auto v = static_cast<uint16_t>(new_value & mask());
    switch (bits) {
      case 7:
        *p = static_cast<uint8_t>((*p & 0x80) | v);
        break;
      case 8:
        *p = static_cast<uint8_t>(v);
        break;
      case 15:
        StoreBe16(p, static_cast<uint16_t>((*p & 0x80) << 8 | v));
        break;
      case 16:
        StoreBe16(p, v);
        break;
      default:
        break;
    }
  }
};

}  // namespace parley
