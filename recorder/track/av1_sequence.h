#pragma once

// What a file says of an AV1 stream, out of its sequence header OBU (AV1 bitstream specification,
// section 5.5): the picture's largest size, and the av1C record that Matroska keeps as
// CodecPrivate. Value, any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace parley {

struct Av1Sequence {
  uint16_t width = 0;  // pixels
  uint16_t height = 0;
  uint8_t level = 0;
  bool high_tier = false;
  bool high_bit_depth = false;
  bool monochrome = false;

  // `payload` is the OBU's without its header. Nothing when it is cut short, and for profiles but
  // Main, which no browser sends.
  static std::optional<Av1Sequence> Parse(std::span<const uint8_t> payload);
  // `obu` is the sequence header with its header and size.
  std::vector<uint8_t> Configuration(std::span<const uint8_t> obu) const;
};

}  // namespace parley
