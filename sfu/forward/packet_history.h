#pragma once

// The last second of one encoding on one core, shared by all slots that show it: answers NACKs,
// lets a slot catch up when the first packet of a key frame came late, and lets one begin with a
// key frame that came just before it. Holds references, not copies; bounded by kPackets and
// kMaxAge. The table is made by Reserve, or with the first packet.

#include <cstdint>
#include <memory>

#include "sfu/base/packet_pool.h"
#include "sfu/base/units.h"
#include "sfu/forward/packet_meta.h"

namespace parley {

class PacketHistory {
 public:
  static constexpr Duration kMaxAge = Duration::Millis(1000);

  struct Entry {
    PacketMeta meta;
    PacketRef packet;
    uint64_t order = 0;  // Arrival::order
  };

  // `packets` is rounded up to a power of two.
  explicit PacketHistory(size_t packets = 512);

  // Makes the table now, away from the packet path.
  void Reserve();
  // Keeps one more reference; what is older than kMaxAge is let go.
  void Insert(const PacketMeta& meta, const PacketRef& packet, uint64_t order, Timestamp now);
  // Null when it never came, was overwritten or is too old.
  const Entry* Find(int64_t seq, Timestamp now) const;
  // Lets go of everything old; for streams that stopped.
  void Expire(Timestamp now);
  void Clear();

  // The highest number inserted since the last Clear, or -1.
  int64_t highest() const { return highest_; }
  // Where the newest key frame begins, or -1; and up to where nothing is missing behind it.
  int64_t key_frame() const { return key_frame_; }
  int64_t unbroken() const { return unbroken_; }

 private:
  bool IsHeld(int64_t seq) const { return At(seq).packet && At(seq).meta.seq == seq; }
  Entry& At(int64_t seq) const { return entries_[static_cast<uint64_t>(seq) & (size_ - 1)]; }

  size_t size_;
  std::unique_ptr<Entry[]> entries_;
  int64_t highest_ = -1;
  int64_t oldest_ = 0;  // no packet below it is held
  int64_t key_frame_ = -1;
  int64_t unbroken_ = -1;
};

}  // namespace parley
