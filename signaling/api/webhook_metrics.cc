#include "signaling/api/webhook_metrics.h"

#include "signaling/api/metrics.h"
#include "signaling/hooks/webhooks.h"

namespace parley {

void AddWebhookMetrics(Metrics& metrics, const Webhooks& hooks) {
  const auto add = [&](Metrics::Type type, const char* name, const char* help,
                       const std::atomic<uint64_t>& value) {
    metrics.Add(type, name, help, {},
                [&value] { return static_cast<double>(value.load(std::memory_order_relaxed)); });
  };
  using enum Metrics::Type;
  const Webhooks::Counts& counts = hooks.counts();
  add(kGauge, "parley_webhooks_waiting", "Events that wait to be delivered", counts.waiting);
  add(kCounter, "parley_webhooks_delivered_total", "Events that were delivered", counts.delivered);
  add(kCounter, "parley_webhooks_failed_total", "Attempts to deliver an event that failed",
      counts.failed);
  add(kCounter, "parley_webhooks_dead_total", "Events that were given up", counts.dead);
  add(kCounter, "parley_webhooks_dropped_total", "Events that gave way to later ones",
      counts.dropped);
  add(kCounter, "parley_webhooks_unwritten_total", "Batches that the disk did not take",
      counts.unwritten);
}

}  // namespace parley
