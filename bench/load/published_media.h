#pragma once

// What synthetic clients publish: real VP8 and Opus in packets of a fixed number and size, out of
// files in the build directory that are made where they are missing. Value, read by all publishers
// of a program.

#include <cstddef>

#include "sfu/base/units.h"
#include "tests/client/media_clip.h"

namespace parley::bench {

// Bytes of a packet on its way, without SRTP's: of a camera and of a microphone.
inline constexpr size_t kVideoSize = 1100;
inline constexpr size_t kAudioSize = 100;
// Header and extensions; and, in packets of video, the payload descriptor.
inline constexpr size_t kHeaderSize = 36;
inline constexpr size_t kDescriptorSize = 6;

inline constexpr size_t kPacketsPerFrame = 10;
// After which all comes again. Longer than any packet is on its way, also through a server that is
// overrun: it is known by its contents (SendingTimes).
inline constexpr Duration kRound = Duration::Seconds(30);

struct PublishedMedia {
  test::MediaClip voice;
  test::MediaClip camera;

  // A picture fills that many packets.
  static PublishedMedia Load(size_t packets_per_frame = kPacketsPerFrame);
};

}  // namespace parley::bench
