#pragma once

// What an operator may set of recordings. Values.

#include <cstddef>

namespace parley {

struct RecordingSettings {
  size_t compositions = 1;  // made at the same time
  int keep_days = 0;        // after its end a recording is deleted; 0: never
};

}  // namespace parley
