#pragma once

// What a file says of an H.264 stream: the picture's size out of its sequence parameter set (ITU-T
// H.264 section 7.3.2.1.1), and the decoder configuration record (ISO/IEC 14496-15 section
// 5.3.3.1) that Matroska keeps as CodecPrivate. Pure functions, any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace parley {

struct H264Sequence {
  uint16_t width = 0;  // pixels, cropped
  uint16_t height = 0;
  uint8_t chroma_format = 1;
  uint8_t luma_bits = 8;
  uint8_t chroma_bits = 8;

  // `unit` with its NAL header. Nothing when it is cut short or breaks a bound of the standard.
  static std::optional<H264Sequence> Parse(std::span<const uint8_t> unit);
};

// Of one sequence and one picture parameter set, both with their NAL headers. Sizes in the stream
// are of four bytes. Empty when a set is larger than the record can say.
std::vector<uint8_t> H264Configuration(const H264Sequence& sequence, std::span<const uint8_t> sps,
                                       std::span<const uint8_t> pps);

}  // namespace parley
