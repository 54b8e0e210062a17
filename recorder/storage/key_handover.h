#pragma once

// How the programs that work on one recording get its key, and only that: as a line on their
// standard input, for arguments and environments can be read by others. At their start.

#include <expected>
#include <filesystem>
#include <string>

namespace parley {

// What such a program is told: a line, empty where nothing there is encrypted. A sentence when this
// process has no key for it.
std::expected<std::string, std::string> RecordingKeyLine(const std::filesystem::path& directory);

// Reads it, where the directory's files are encrypted. A sentence when it is none.
std::expected<void, std::string> TakeRecordingKey(const std::filesystem::path& directory);

}  // namespace parley
