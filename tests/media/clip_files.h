#pragma once

// Real VP8 and Opus for synthetic clients, out of files that are made where they are missing: the
// moving head of a camera, and a voice. One thread; encoding half a minute takes some seconds.

#include <cstddef>
#include <filesystem>

#include "sfu/base/units.h"
#include "tests/client/media_clip.h"

namespace parley::testing {

// 30 pictures a second, each second of which begins with a key frame. A picture is what the encoder
// made of it, four fifths of `frame_size` or so, and behind it numbers up to exactly that size,
// which no decoder reads.
test::MediaClip LoadCameraClip(const std::filesystem::path& directory, Duration length,
                               size_t frame_size);
// Packets of 20 ms and exactly that size.
test::MediaClip LoadVoiceClip(const std::filesystem::path& directory, Duration length,
                              size_t packet_size);

}  // namespace parley::testing
