#pragma once

// Packets that arrived in this turn and wait for their fan-out, so that each slot gets all of a
// source's at once: its state is loaded once and what one subscriber gets stands together. A fixed
// table of places that the Routers of one worker share; each source chains its own. Nothing
// allocates after construction. One thread.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sfu/base/packet_pool.h"
#include "sfu/forward/packet_meta.h"

namespace parley {

using ArrivalIndex = uint16_t;
inline constexpr ArrivalIndex kNoArrival = 0xFFFF;

struct Arrival {
  PacketMeta meta;
  PacketRef packet;
  uint64_t order = 0;  // counts up over all that the pool ever held, from 1
  // It came before, unheard: whoever was assigned the source has it.
  bool pre_roll = false;
  ArrivalIndex next = kNoArrival;
};

// A source's arrivals, oldest first.
struct ArrivalChain {
  ArrivalIndex first = kNoArrival;
  ArrivalIndex last = kNoArrival;
  bool empty() const { return first == kNoArrival; }
};

class ArrivalPool {
 public:
  explicit ArrivalPool(size_t capacity);

  bool full() const { return free_ == kNoArrival; }
  bool half_full() const { return 2 * used_ >= places_.size(); }
  // No room behind the next.
  bool nearly_full() const { return full() || places_[free_].next == kNoArrival; }
  // There must be room.
  Arrival& Append(ArrivalChain& chain, const PacketMeta& meta, PacketRef packet);
  // All of the chain, which is empty then.
  void Release(ArrivalChain& chain);

  const Arrival& operator[](ArrivalIndex i) const { return places_[i]; }

 private:
  std::vector<Arrival> places_;
  ArrivalIndex free_ = kNoArrival;
  size_t used_ = 0;
  uint64_t count_ = 0;
};

}  // namespace parley
