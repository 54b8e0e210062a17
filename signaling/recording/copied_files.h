#pragma once

// Which files of a recording's directory are copied to other storage: what was told of the meeting,
// its tracks, and what was made of them. Any thread; blocks for as long as the disk does.

#include <filesystem>
#include <string_view>
#include <vector>

#include "recorder/library/upload_ledger.h"

namespace parley {

// Tracks and made files: large, and of no use for telling what there is.
bool IsMediaFile(std::string_view name);
bool IsCopiedFile(std::string_view name);
// Those that are there now, in the order of their names, without tags.
std::vector<UploadedFile> FilesToCopy(const std::filesystem::path& directory);

}  // namespace parley
