#pragma once

// What can be made of a recording, by the names that the files have beside its tracks. Any thread.

#include <algorithm>
#include <array>
#include <string_view>

namespace parley {

// Picture and sound of everybody, sound alone (AAC; Opus), and an archive of all that there is.
inline constexpr std::string_view kEverythingFile = "everything.zip";
inline constexpr auto kMadeFiles = std::to_array<std::string_view>(
    {"720p.mp4", "1080p.mp4", "sound.m4a", "sound.webm", kEverythingFile});

inline bool IsMadeFile(std::string_view name) {
  return std::ranges::find(kMadeFiles, name) != kMadeFiles.end();
}

}  // namespace parley
