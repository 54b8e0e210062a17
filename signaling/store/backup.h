#pragma once

// A copy of the store's file, of a server that runs or does not: all of one moment, checked, in one
// file of mode 0600. Nobody waits for it: SQLite's online backup reads one snapshot of the WAL
// while the server goes on writing. Any thread with nothing better to do.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>

namespace parley {

// The size of the copy in bytes. It has its name once it is whole; a sentence when it cannot be
// made or `file` is there already.
std::expected<uint64_t, std::string> BackUp(const std::filesystem::path& store,
                                            const std::filesystem::path& file);

}  // namespace parley
