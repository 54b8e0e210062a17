#pragma once

// Where the segments of meetings that are shown live are kept: with everything else, or in memory
// where recordings are encrypted, so that nothing of them is on a disk in clear. At start; any
// thread.

#include <expected>
#include <filesystem>
#include <string>

namespace parley {

// A sentence when that cannot be. `encrypted`: recordings are; the directory is below `memory`
// then, one of its own for each data directory, ours alone and there after a crash, and what lies
// beside the recordings is removed.
std::expected<std::filesystem::path, std::string> LiveDirectory(
    const std::filesystem::path& data, bool encrypted,
    const std::filesystem::path& memory = "/dev/shm");

}  // namespace parley
