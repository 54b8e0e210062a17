#pragma once

// What a depacketiser hands to the track writer: one frame as the codec's elementary stream has it.
// Value, any thread.

#include <cstdint>
#include <vector>

#include "sfu/base/seq_num.h"

namespace parley {

struct MediaFrame {
  std::vector<uint8_t> data;
  RtpTimestamp timestamp;
  bool key_frame = false;  // of audio: always
  uint16_t width = 0;      // pixels, of a video key frame
  uint16_t height = 0;
  // What a file says of the codec, with key frames of H.264 and AV1: when it changes, so must the
  // file.
  std::vector<uint8_t> codec_private;
};

}  // namespace parley
