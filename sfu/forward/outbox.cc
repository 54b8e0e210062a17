#include "sfu/forward/outbox.h"

#include "sfu/base/check.h"

namespace parley {

Outbox::Outbox(size_t capacity)
    : capacity_(capacity), slab_(std::make_unique_for_overwrite<uint8_t[]>(capacity * kStride)) {
  packets_.reserve(capacity);
}

std::span<uint8_t> Outbox::Next() {
  if (packets_.size() == capacity_) return {};
  return {slab_.get() + packets_.size() * kStride, kPacketCapacity};
}

void Outbox::Commit(TransportHandle transport, SendPriority priority, size_t size,
                    uint16_t abs_send_time_offset) {
  if (size == 0) return;
  PARLEY_CHECK(packets_.size() < capacity_ && size <= kPacketCapacity);
  packets_.push_back({transport, priority, static_cast<uint16_t>(size), abs_send_time_offset,
                      slab_.get() + packets_.size() * kStride});
}

}  // namespace parley
