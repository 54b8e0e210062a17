#include "mixer/audio/jitter_buffer.h"

#include <algorithm>
#include <numeric>

#include "sfu/base/check.h"

namespace parley {

JitterBuffer::JitterBuffer() { std::iota(order_.begin(), order_.end(), uint8_t{0}); }

JitterBuffer::Result JitterBuffer::Insert(int64_t seq, int64_t timestamp, Timestamp arrival,
                                          std::span<const uint8_t> payload) {
  size_t place = size_;
  while (place > 0 && packets_[order_[place - 1]].timestamp > timestamp) --place;
  if (place > 0 && packets_[order_[place - 1]].timestamp == timestamp) return Result::kDuplicate;
  const bool full = size_ == kCapacity;
  if (full) {
    // The newcomer may itself be the oldest.
    if (place == 0) return Result::kDroppedOldest;
    PopFront();
    --place;
  }
  const uint8_t free = order_[size_];
  std::copy_backward(order_.begin() + static_cast<ptrdiff_t>(place),
                     order_.begin() + static_cast<ptrdiff_t>(size_),
                     order_.begin() + static_cast<ptrdiff_t>(size_ + 1));
  order_[place] = free;
  ++size_;
  Packet& packet = packets_[free];
  packet.seq = seq;
  packet.timestamp = timestamp;
  packet.arrival = arrival;
  packet.payload.assign(payload.begin(), payload.end());
  return full ? Result::kDroppedOldest : Result::kInserted;
}

void JitterBuffer::PopFront() {
  PARLEY_CHECK(size_ > 0);
  std::rotate(order_.begin(), order_.begin() + 1, order_.begin() + static_cast<ptrdiff_t>(size_));
  --size_;
}

}  // namespace parley
