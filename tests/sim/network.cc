#include "tests/sim/network.h"

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
  if (link.down || lost) {
    ++counters_.lost;
    return;
  }
  const Delivery delivery{to, from, {bytes.begin(), bytes.end()}};
  Enqueue(link, delivery, now);
  if (duplicated) {
    ++counters_.duplicated;
    Enqueue(link, delivery, now);
  }
}

void Network::Enqueue(const LinkProfile& link, Delivery delivery, Timestamp now) {
  const auto jitter = Duration::Micros(random_.Below(static_cast<uint32_t>(link.jitter.us()) + 1));
  in_flight_.push({now + link.delay + jitter, next_order_++, std::move(delivery)});
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
