#pragma once

// Which source each receive slot of one client carries. A source that is still wanted keeps its
// slot, so that a picture never jumps; the most wanted get the free ones. Signaling thread; bounded
// by the slots of the client's offer.

#include <cstdint>
#include <span>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/port/events.h"
#include "signaling/protocol/types.h"

namespace parley {

// Something that a client should see; see SetSlot for the fields.
struct SlotWish {
  SourceId source;
  uint16_t max_height = 0;
  uint8_t priority = 0;
  bool operator==(const SlotWish&) const = default;
};

class SlotAssigner {
 public:
  struct Slot {
    uint8_t index = 0;  // as the client and the worker number it
    SlotWish wish;      // source none: free
    SlotState state = SlotState::kWaiting;
    bool limited = false;      // see SlotSwitched
    uint32_t since_epoch = 0;  // when the source came into the slot
  };

  explicit SlotAssigner(const std::vector<uint8_t>& indices);

  size_t size() const { return slots_.size(); }
  const std::vector<Slot>& slots() const { return slots_; }
  bool Carries(SourceId source) const;

  // Carries what `earlier` does, where both have the same slots.
  void TakeOver(const SlotAssigner& earlier);
  // Serves the first size() of `wishes`, which name each source once, most wanted first. Returns
  // the indices whose SetSlot is due; the vector is valid until the next call.
  const std::vector<uint8_t>& Assign(std::span<const SlotWish> wishes, uint32_t epoch);
  // The worker has forgotten the source: its slot is set anew if it is still wanted.
  void Release(SourceId source);
  // True when the state of a slot changed. What is about an earlier source of it is ignored.
  bool HandleSwitched(const SlotSwitched& event);

  const Slot* Find(uint8_t index) const;

 private:
  std::vector<Slot> slots_;
  std::vector<uint8_t> due_;
  std::vector<bool> kept_;  // scratch of Assign, by slot
};

}  // namespace parley
