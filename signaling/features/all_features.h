#pragma once

// Every feature that rooms have: the one place where a new one is listed. Any thread.

#include "signaling/room/feature.h"

namespace parley {

FeatureList AllFeatures();

}  // namespace parley
