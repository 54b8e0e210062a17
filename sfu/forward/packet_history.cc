#include "sfu/forward/packet_history.h"

#include <algorithm>
#include <bit>

namespace parley {

PacketHistory::PacketHistory(size_t packets) : size_(std::bit_ceil(packets)) {}

void PacketHistory::Reserve() {
  if (!entries_) entries_ = std::make_unique<Entry[]>(size_);
}

void PacketHistory::Insert(const PacketMeta& meta, const PacketRef& packet, uint64_t order,
                           Timestamp now) {
  Reserve();
  auto size = static_cast<int64_t>(size_);
  if (highest_ < 0) oldest_ = meta.seq;
  if (meta.seq <= highest_ - size) return;
  highest_ = std::max(highest_, meta.seq);
  oldest_ = std::min(oldest_, meta.seq);
  Entry& entry = At(meta.seq);
  entry.meta = meta;
  entry.packet = packet.Share();
  entry.order = order;
  // A jump of the numbers leaves at most `size_` slots to look at.
  oldest_ = std::max(oldest_, highest_ - size + 1);
  if (meta.key_frame && meta.seq > key_frame_) key_frame_ = unbroken_ = meta.seq;
  while (key_frame_ >= 0 && unbroken_ < highest_ && IsHeld(unbroken_ + 1)) ++unbroken_;
  Expire(now);
}

const PacketHistory::Entry* PacketHistory::Find(int64_t seq, Timestamp now) const {
  if (!entries_ || seq < oldest_ || seq > highest_) return nullptr;
  const Entry& entry = At(seq);
  if (!entry.packet || entry.meta.seq != seq || now - entry.meta.arrival > kMaxAge) return nullptr;
  return &entry;
}

void PacketHistory::Expire(Timestamp now) {
  if (!entries_) return;
  for (; oldest_ <= highest_; ++oldest_) {
    Entry& entry = At(oldest_);
    if (!entry.packet) continue;
    if (entry.meta.seq == oldest_ && now - entry.meta.arrival <= kMaxAge) return;
    if (entry.meta.seq <= oldest_) entry.packet.Reset();
  }
}

void PacketHistory::Clear() {
  entries_.reset();
  highest_ = -1;
  oldest_ = 0;
  key_frame_ = unbroken_ = -1;
}

}  // namespace parley
