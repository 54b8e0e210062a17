#pragma once

// What is left of a deleted recording while it has copies elsewhere: in its directory the file
// `deleted`, with the names of all that may have been copied, one a line. So the copies go too,
// also when the storage does not answer for long, or the server is killed. One thread; blocks for
// as long as the disk does.

#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace parley {

// Before anything of the recording is removed.
std::error_code MarkDeleted(const std::filesystem::path& directory);
// Removes everything but the mark.
void RemoveMarked(const std::filesystem::path& directory);
// The names; nothing where no recording was deleted.
std::optional<std::vector<std::string>> DeletedCopies(const std::filesystem::path& directory);

}  // namespace parley
