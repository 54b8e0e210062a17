#pragma once

// H.264 payloads (RFC 6184 section 5): which NAL units a packet begins, as far as key frames can be
// told from it. Single NAL units, STAP-A and FU-A; the types of interleaved mode are refused.
// Value, any thread.

#include <cstdint>
#include <optional>
#include <span>

namespace parley {

struct H264Payload {
  bool has_sps = false;           // a sequence parameter set begins here
  bool has_pps = false;           // a picture parameter set
  bool idr_start = false;         // a slice of an IDR picture begins here
  bool slice_start = false;       // a slice of any picture begins here
  bool first_in_slice = true;     // false for the later fragments of a NAL unit
  bool first_macroblock = false;  // the slice begins the picture (first_mb_in_slice is 0)

  // Nothing for truncated aggregates and fragments, forbidden types, and an empty payload.
  static std::optional<H264Payload> Parse(std::span<const uint8_t> payload);
};

}  // namespace parley
