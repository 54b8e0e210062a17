#pragma once

// The sound of a recording in which only one file sounds: Opus as it came, in WebM, not encoded
// again. One thread; blocks for as long as the disk does.

#include <expected>
#include <filesystem>
#include <string>

#include "recorder/library/manifest.h"

namespace parley {

// The only track that sounds; null when there are several, none, or pauses to be left out.
const RecordedTrack* OnlySound(const Manifest& manifest);

[[nodiscard]] std::expected<void, std::string> CopySound(const std::filesystem::path& track,
                                                         const std::filesystem::path& output,
                                                         const std::string& title);

}  // namespace parley
