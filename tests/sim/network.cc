#include "tests/sim/network.h"

#include <algorithm>
#include <utility>

namespace parley::sim {

bool Network::Chance(double share) {
  constexpr uint32_t kScale = 1'000'000;
  // Always one draw, so that a profile's change does not shift the fate of other links.
  return random_.Below(kScale) < static_cast<uint32_t>(share * kScale);
}

void Network::Send(const LinkProfile& link, Node to, const SocketAddress& from,
                   std::span<const uint8_t> bytes, Timestamp now) {
  ++counters_.sent;
  const bool lost = Chance(link.loss);
  const bool duplicated = Chance(link.duplication);
  const auto left = Pass(link, to, DataSize::Bytes(static_cast<int64_t>(bytes.size())), now);
  if (link.down || lost || !left) {
    ++counters_.lost;
    return;
  }
  const Delivery delivery{to, from, {bytes.begin(), bytes.end()}};
  Enqueue(link, delivery, *left);
  if (duplicated) {
    ++counters_.duplicated;
    Enqueue(link, delivery, *left);
  }
}

std::optional<Timestamp> Network::Pass(const LinkProfile& link, Node to, DataSize size,
                                       Timestamp now) {
  if (link.capacity == Bitrate::Unlimited()) return now;
  Queue& queue = queues_[to];
  const Duration wait = std::max(queue.busy_until - now, Duration::Zero());
  if (link.capacity * wait + size > link.buffer) {
    ++counters_.overflowed;
    return std::nullopt;
  }
  queue.waited.push_back(wait);
  queue.busy_until = now + wait + size / link.capacity;
  return queue.busy_until;
}

std::vector<Duration> Network::TakeQueueing(Node to) {
  return std::exchange(queues_[to].waited, {});
}

void Network::Enqueue(const LinkProfile& link, Delivery delivery, Timestamp left) {
  const auto jitter = Duration::Micros(random_.Below(static_cast<uint32_t>(link.jitter.us()) + 1));
  in_flight_.push({left + link.delay + jitter, next_order_++, std::move(delivery)});
}

std::optional<Network::Delivery> Network::Receive(Timestamp now) {
  if (in_flight_.empty() || in_flight_.top().arrival > now) return std::nullopt;
  // The queue's top is const so that its order cannot break; it is popped at once.
  InFlight next = std::move(const_cast<InFlight&>(in_flight_.top()));
  in_flight_.pop();
  if (newest_.size() <= next.delivery.to) newest_.resize(next.delivery.to + 1);
  uint64_t& newest = newest_[next.delivery.to];
  if (next.order < newest) {
    ++counters_.reordered;
  } else {
    newest = next.order;
  }
  return std::move(next.delivery);
}

Timestamp Network::NextArrival() const {
  return in_flight_.empty() ? Timestamp::Never() : in_flight_.top().arrival;
}

}  // namespace parley::sim
