#include "signaling/room/worker_balancer.h"

#include <algorithm>
#include <utility>

namespace parley {

std::optional<MoveOrder> WorkerBalancer::Plan(std::span<const WorkerLoad> loads, Timestamp now) {
  if (now < next_look_) return std::nullopt;
  const Duration elapsed = now - looked_at_;
  const std::vector<Duration> before = std::move(before_);
  before_.clear();
  for (const WorkerLoad& load : loads) before_.push_back(load.cpu_time);
  next_look_ = now + kInterval;
  looked_at_ = now;
  if (before.size() != loads.size()) return std::nullopt;

  const auto share = [&](size_t i) {
    return static_cast<double>((loads[i].cpu_time - before[i]).us()) /
           static_cast<double>(elapsed.us());
  };
  size_t most = 0;
  std::optional<size_t> least;
  for (size_t i = 0; i < loads.size(); ++i) {
    if (share(i) > share(most)) most = i;
    if (!loads[i].draining && (!least || share(i) < share(*least))) least = i;
  }
  const double difference = least ? share(most) - share(*least) : 0;
  if (share(most) < kBusy || difference < kDifference || loads[most].transports == 0) {
    unequal_ = 0;
    return std::nullopt;
  }
  if (most != busiest_) unequal_ = 0;
  busiest_ = most;
  if (++unequal_ < kLasting || now < rests_until_) return std::nullopt;
  unequal_ = 0;
  rests_until_ = now + kRest;
  // Each takes its share there with it: half the difference makes them equal.
  const double each = share(most) / static_cast<double>(loads[most].transports);
  const auto count = static_cast<size_t>(difference / 2 / each);
  if (count == 0) return std::nullopt;
  return MoveOrder{.from = WorkerIndex(static_cast<uint8_t>(most)),
                   .to = WorkerIndex(static_cast<uint8_t>(*least)),
                   .most = std::min(count, kMostAtOnce)};
}

}  // namespace parley
