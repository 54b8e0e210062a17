#pragma once

// The time as the signaling thread's loop read it, handed down as an argument: the steady clock for
// deadlines, the wall clock for what people and tokens see. A value.

#include "sfu/base/units.h"

namespace parley {

struct Now {
  Timestamp steady;
  WallTime wall;
};

}  // namespace parley
