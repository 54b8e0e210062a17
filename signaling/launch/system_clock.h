#pragma once

// The system's clocks, read in one place: everything below main() is told what time it is.

#include <chrono>

#include "sfu/base/units.h"
#include "signaling/room/now.h"

namespace parley {

inline Now ReadClock() {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  return {
      Timestamp::Micros(
          duration_cast<microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count()),
      WallTime::UnixMicros(
          duration_cast<microseconds>(std::chrono::system_clock::now().time_since_epoch())
              .count())};
}

}  // namespace parley
