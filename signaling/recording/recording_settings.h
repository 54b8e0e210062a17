#pragma once

// What an operator may set of recordings. Values.

#include <cstddef>
#include <cstdint>
#include <string>

#include "signaling/recording/upload_settings.h"

namespace parley {

struct RecordingSettings {
  size_t compositions = 1;    // made at the same time
  int keep_days = 0;          // after its end a recording is deleted; 0: never
  uint64_t min_free_mb = 50;  // MiB that recordings leave free on the disk

  // What new recordings are sealed with (SecretKey::kAllowed), or a file of such keys, a line each,
  // of which the others open what was sealed before. Both empty: they are plain.
  std::string encryption_key;
  std::string encryption_key_file;

  UploadSettings upload;

  bool encrypts() const { return !encryption_key.empty() || !encryption_key_file.empty(); }
  uint64_t min_free() const { return min_free_mb << 20; }
};

}  // namespace parley
