#pragma once

// What /metrics tells of meetings that are shown live. At start; the values are read on the
// signaling thread.

namespace parley {

class BroadcastDesk;
class Metrics;

void AddBroadcastMetrics(Metrics& metrics, const BroadcastDesk& desk);

}  // namespace parley
