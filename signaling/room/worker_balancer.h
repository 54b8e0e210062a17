#pragma once

// Whether somebody is to move from one worker to another, and how many: only where one is busy and
// another clearly less so for a while, and then no more than brings them together, so that nobody
// is moved back and forth. It only decides. Signaling thread.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/base/units.h"

namespace parley {

struct WorkerLoad {
  Duration cpu_time;        // used since the start
  uint32_t transports = 0;  // that it has
  bool draining = false;    // takes nobody
};

struct MoveOrder {
  WorkerIndex from;
  WorkerIndex to;
  size_t most = 0;
};

class WorkerBalancer {
 public:
  static constexpr Duration kInterval = Duration::Seconds(5);
  // Shares of a core: what is busy, and what is clearly less.
  static constexpr double kBusy = 0.5;
  static constexpr double kDifference = 0.3;
  // So many intervals one after the other.
  static constexpr int kLasting = 3;
  static constexpr size_t kMostAtOnce = 5;
  // From one move until its effect is known.
  static constexpr Duration kRest = Duration::Seconds(30);

  // By worker; to be called more often than kInterval.
  std::optional<MoveOrder> Plan(std::span<const WorkerLoad> loads, Timestamp now);

 private:
  Timestamp next_look_;
  Timestamp looked_at_;
  Timestamp rests_until_;
  std::vector<Duration> before_;  // CPU times at looked_at_
  int unequal_ = 0;               // intervals so far
  size_t busiest_ = 0;            // ... with this one ahead
};

}  // namespace parley
