#pragma once

// What recordings give up, step by step, while the disk that they are written to has little room.
// Value.

#include <cstdint>
#include <string_view>

namespace parley {

enum class DiskStep : uint8_t {
  kEnough,         // nothing
  kNoComposing,    // no files are made of recordings, and no recording begins
  kSmallPictures,  // cameras are stored in their smallest encoding
  kSoundOnly,      // no pictures are stored
  kFull,           // every recording is brought to its end
};

constexpr std::string_view ToString(DiskStep step) {
  switch (step) {
    case DiskStep::kEnough:
      return "enough";
    case DiskStep::kNoComposing:
      return "no_composing";
    case DiskStep::kSmallPictures:
      return "small_pictures";
    case DiskStep::kSoundOnly:
      return "sound_only";
    case DiskStep::kFull:
      return "full";
  }
  return "";
}

}  // namespace parley
