#include "sfu/forward/arrival_pool.h"

#include <utility>

#include "sfu/base/check.h"

namespace parley {

ArrivalPool::ArrivalPool(size_t capacity) : places_(capacity) {
  PARLEY_CHECK(capacity > 0 && capacity < kNoArrival);
  for (size_t i = capacity; i > 0; --i) {
    places_[i - 1].next = std::exchange(free_, static_cast<ArrivalIndex>(i - 1));
  }
}

Arrival& ArrivalPool::Append(ArrivalChain& chain, const PacketMeta& meta, PacketRef packet) {
  PARLEY_CHECK(!full());
  const ArrivalIndex index = free_;
  Arrival& arrival = places_[index];
  free_ = std::exchange(arrival.next, kNoArrival);
  arrival.meta = meta;
  arrival.packet = std::move(packet);
  arrival.order = ++count_;
  ++used_;
  arrival.pre_roll = false;
  if (chain.empty()) {
    chain.first = index;
  } else {
    places_[chain.last].next = index;
  }
  chain.last = index;
  return arrival;
}

void ArrivalPool::Release(ArrivalChain& chain) {
  if (chain.empty()) return;
  for (ArrivalIndex i = chain.first; i != kNoArrival; i = places_[i].next) {
    places_[i].packet.Reset();
    --used_;
  }
  places_[chain.last].next = std::exchange(free_, chain.first);
  chain = {};
}

}  // namespace parley
