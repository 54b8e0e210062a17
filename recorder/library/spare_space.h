#pragma once

// A file of nothing in a recording's directory while that is written: on a disk that is full it is
// removed, and what it took is enough to complete the others. Any thread; blocks for as long as the
// disk does.

#include <cstdint>
#include <filesystem>

namespace parley {

// Where the disk has no room for it, there is none.
void KeepSpareSpace(const std::filesystem::path& directory, uint64_t bytes);
void RemoveSpareSpace(const std::filesystem::path& directory);

}  // namespace parley
