#pragma once

// Recordings that are kept no longer. The disk thread.

#include <cstddef>

#include "sfu/base/units.h"
#include "signaling/recording/composition_queue.h"
#include "signaling/recording/recording_library.h"

namespace parley {

// Deletes what ended `keep` ago or earlier; one that is written stays. How many went.
size_t DeleteExpired(RecordingLibrary& library, CompositionQueue& queue, Duration keep,
                     WallTime now);

}  // namespace parley
