#pragma once

// A track of Opus in which a voice hums; for tests and benches.

#include <cstddef>
#include <filesystem>

#include "sfu/base/units.h"

namespace parley::testing {

// Packets of 20 ms, all of `packet_size` bytes; 0: of as many as the encoder likes.
void WriteOpusTrack(const std::filesystem::path& path, Duration length, size_t packet_size = 0);

}  // namespace parley::testing
