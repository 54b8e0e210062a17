#pragma once

// Recordings that are kept no longer. The disk thread.

#include <cstddef>

#include "sfu/base/units.h"
#include "signaling/recording/composition_queue.h"
#include "signaling/recording/recording_library.h"

namespace parley {

// Deletes what ended as many days ago as its room wished it to be kept, or else `keep_days` (0: it
// stays), or earlier; one that is written stays. How many went.
size_t DeleteExpired(RecordingLibrary& library, CompositionQueue& queue, int keep_days,
                     WallTime now);

}  // namespace parley
