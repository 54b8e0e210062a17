#pragma once

// What the webhooks tell Prometheus of themselves. Signaling thread.

namespace parley {

class Metrics;
class Webhooks;

// Both outlive the last scrape.
void AddWebhookMetrics(Metrics& metrics, const Webhooks& hooks);

}  // namespace parley
