#pragma once

// Where the media workers listen and what they announce, from the configuration. Looks the public
// name up, which may take the resolver's time; the thread that starts the server.

#include "sfu/worker/worker_pool.h"
#include "signaling/api/config.h"
#include "signaling/launch/or_sentence.h"

namespace parley {

OrSentence<WorkerPoolConfig> MediaConfig(const Config& config);

}  // namespace parley
