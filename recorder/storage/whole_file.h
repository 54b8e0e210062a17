#pragma once

// Small files that are replaced as a whole: whoever reads one, after a crash too, finds the old or
// the new. Any thread; blocks for as long as the disk does.

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace parley {

std::error_code ReplaceFile(const std::filesystem::path& file, std::string_view text);
// Empty when there is none, or it is larger than `most` bytes.
std::string ReadWholeFile(const std::filesystem::path& file, size_t most);

}  // namespace parley
