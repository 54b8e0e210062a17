#pragma once

// How a caller's sound travels between phone thread and workers. Ours on both sides: nothing is
// negotiated with a local transport. Constant, any thread.

#include <cstdint>

#include "sfu/base/ids.h"
#include "sfu/wire/codec.h"

namespace parley {

inline constexpr PayloadType kLocalOpus(111);
inline constexpr uint8_t kLocalAudioLevelId = 1;

inline CodecParams LocalOpusParams() {
  CodecParams opus;
  opus.codec = Codec::kOpus;
  opus.payload_type = kLocalOpus;
  return opus;
}

}  // namespace parley
