#pragma once

// One mark, 1 (hardly usable) to 4 (good), for a connection's statistics. Pure; any thread.

#include "sfu/port/events.h"

namespace parley {

int RateQuality(const TransportStats& stats);

}  // namespace parley
