#include "recorder/track/reorder_buffer.h"

#include <utility>

namespace parley {

void ReorderBuffer::Insert(SeqNum seq, std::span<const uint8_t> bytes, Timestamp now) {
  int64_t number = unwrapper_.Unwrap(seq.value());
  if (!next_) next_ = number;
  if (number < *next_ || waiting_.contains(number) || waiting_.size() >= kMaxPackets) {
    ++dropped_;
    return;
  }
  waiting_.emplace(number, Waiting{{bytes.begin(), bytes.end()}, now});
}

std::optional<ReorderBuffer::Packet> ReorderBuffer::Pop(Timestamp now) {
  if (waiting_.empty()) return std::nullopt;
  auto first = waiting_.begin();
  bool gap = first->first != *next_;
  if (gap && waiting_.size() < kMaxPackets && now < NextTimeout()) return std::nullopt;
  if (gap) lost_ += static_cast<uint64_t>(first->first - *next_);
  Packet packet{std::move(first->second.bytes), gap};
  next_ = first->first + 1;
  waiting_.erase(first);
  return packet;
}

Timestamp ReorderBuffer::NextTimeout() const {
  if (waiting_.empty()) return Timestamp::Never();
  return waiting_.begin()->second.at + wait_;
}

}  // namespace parley
