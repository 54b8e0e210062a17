#pragma once

// Recordings that are kept no longer. The disk thread.

#include <cstddef>
#include <optional>

#include "sfu/base/units.h"
#include "signaling/recording/composition_queue.h"
#include "signaling/recording/recording_library.h"

namespace parley {

// When one may be deleted: as many days after its end as its room wished, or else `keep_days` (0:
// it stays). Of one that is written, or locked, nobody knows.
std::optional<WallTime> ExpiryOf(const RecordingSummary& summary, int keep_days);

// Deletes whose time has come. How many went.
size_t DeleteExpired(RecordingLibrary& library, CompositionQueue& queue, int keep_days,
                     WallTime now);

}  // namespace parley
