#include "signaling/room/slot_assigner.h"

#include <algorithm>

namespace parley {

SlotAssigner::SlotAssigner(const std::vector<uint8_t>& indices) : kept_(indices.size()) {
  slots_.reserve(indices.size());
  for (const uint8_t index : indices) {
    slots_.push_back({.index = index, .wish = {}, .state = SlotState::kWaiting, .since_epoch = 0});
  }
}

bool SlotAssigner::Carries(SourceId source) const {
  return std::ranges::any_of(slots_, [&](const Slot& slot) { return slot.wish.source == source; });
}

void SlotAssigner::TakeOver(const SlotAssigner& earlier) {
  if (std::ranges::equal(slots_, earlier.slots_, {}, &Slot::index, &Slot::index)) {
    slots_ = earlier.slots_;
  }
}

const std::vector<uint8_t>& SlotAssigner::Assign(std::span<const SlotWish> wishes, uint32_t epoch) {
  due_.clear();
  wishes = wishes.first(std::min(wishes.size(), slots_.size()));

  for (size_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    kept_[i] = false;
    if (slot.wish.source == SourceId()) continue;
    const auto wish = std::ranges::find(wishes, slot.wish.source, &SlotWish::source);
    if (wish == wishes.end()) continue;
    kept_[i] = true;
    if (slot.wish == *wish) continue;
    slot.wish = *wish;
    due_.push_back(slot.index);
  }

  size_t free = 0;
  for (const SlotWish& wish : wishes) {
    if (Carries(wish.source)) continue;
    while (kept_[free]) ++free;
    slots_[free].wish = wish;
    slots_[free].state = SlotState::kWaiting;
    slots_[free].limited = false;
    slots_[free].since_epoch = epoch;
    kept_[free] = true;
    due_.push_back(slots_[free].index);
  }

  for (size_t i = 0; i < slots_.size(); ++i) {
    if (kept_[i] || slots_[i].wish.source == SourceId()) continue;
    slots_[i].wish = {};
    due_.push_back(slots_[i].index);
  }
  return due_;
}

void SlotAssigner::Release(SourceId source) {
  for (Slot& slot : slots_) {
    if (slot.wish.source == source) slot.wish = {};
  }
}

bool SlotAssigner::HandleSwitched(const SlotSwitched& event) {
  const auto slot = std::ranges::find(slots_, event.slot, &Slot::index);
  if (slot == slots_.end() || event.source == SourceId()) return false;
  if (slot->wish.source != event.source || event.epoch < slot->since_epoch) return false;
  SlotState state = SlotState::kLive;
  if (event.state == SlotSwitched::State::kPausedBandwidth) state = SlotState::kPaused;
  if (event.state == SlotSwitched::State::kUnsupportedCodec) state = SlotState::kUnsupported;
  if (slot->state == state && slot->limited == event.limited) return false;
  slot->state = state;
  slot->limited = event.limited;
  return true;
}

const SlotAssigner::Slot* SlotAssigner::Find(uint8_t index) const {
  const auto slot = std::ranges::find(slots_, index, &Slot::index);
  return slot == slots_.end() ? nullptr : &*slot;
}

}  // namespace parley
