#include "signaling/api/broadcast_metrics.h"

#include "signaling/api/metrics.h"
#include "signaling/recording/broadcast_desk.h"

namespace parley {

void AddBroadcastMetrics(Metrics& metrics, const BroadcastDesk& desk) {
  const auto add = [&](Metrics::Type type, const char* name, const char* help, auto value) {
    metrics.Add(type, name, help, {},
                [value, &desk] { return static_cast<double>(value(desk.figures())); });
  };
  using enum Metrics::Type;
  using Figures = BroadcastDesk::Figures;
  add(kGauge, "parley_broadcasts", "Meetings that are shown live",
      [](const Figures& f) { return f.meetings; });
  add(kGauge, "parley_broadcast_targets", "RTMP servers that are being sent to",
      [](const Figures& f) { return f.targets; });
  add(kCounter, "parley_broadcast_reconnects_total", "Connections to RTMP servers that broke",
      [](const Figures& f) { return f.reconnects; });
  add(kCounter, "parley_broadcast_composers_died_total", "Live composers that crashed",
      [](const Figures& f) { return f.composers_died; });
  add(kGauge, "parley_broadcast_frame_rate",
      "Pictures a second of live compositions, the least; fewer when the machine is busy",
      [](const Figures& f) { return f.frame_rate; });
  add(kGauge, "parley_broadcast_height",
      "Height of live compositions, the least; less when the machine is busy",
      [](const Figures& f) { return f.height; });
  add(kGauge, "parley_broadcast_late_seconds",
      "How far live compositions are behind the clock, the most",
      [](const Figures& f) { return static_cast<double>(f.late_ms) / 1000; });
}

}  // namespace parley
