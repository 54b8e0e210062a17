#pragma once

// Encoded pictures or sound in their order, which a source plays round and round. Value.

#include <cstdint>
#include <vector>

namespace parley::test {

struct MediaClip {
  struct Frame {
    std::vector<uint8_t> data;
    bool key_frame = false;  // of sound: always
  };
  std::vector<Frame> frames;  // begins with a key frame
};

}  // namespace parley::test
