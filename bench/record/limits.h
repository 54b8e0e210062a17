#pragma once

// What a recorder and a compositor cannot do without, in tight loops: bytes to files, decoding, and
// encoding. CPU seconds of this process.

#include <cstdint>
#include <filesystem>

#include "recorder/compose/composer.h"
#include "sfu/base/units.h"

namespace parley::bench {

double CpuSeconds();

// `bytes` into a file, in as many writes as a track of `length` has clusters.
double WriteBytes(const std::filesystem::path& file, uint64_t bytes, Duration length);
// Every picture of every camera of the recording, once.
double DecodeAll(const std::filesystem::path& directory);
// The pictures of a composed file again, with the same settings; up to `most` of them, told per
// picture times all that there are.
double EncodeAgain(const std::filesystem::path& composed, const ComposeOptions& options, int most);

}  // namespace parley::bench
