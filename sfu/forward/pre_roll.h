#pragma once

// The last third of a second of a microphone that nobody hears yet: it goes ahead of the packet
// with which its owner is given a seat, so that the ranking's hesitation costs no first word. Holds
// references; nothing allocates after Reserve.

#include <array>
#include <cstddef>
#include <memory>
#include <utility>

#include "sfu/base/packet_pool.h"
#include "sfu/base/units.h"
#include "sfu/forward/packet_meta.h"

namespace parley {

class PreRoll {
 public:
  // Of 20 ms: as long as a challenger of somebody who speaks waits until it counts as loud and then
  // through SpeakerRankingConfig::challenge_time.
  static constexpr size_t kPackets = 15;
  static constexpr Duration kMaxAge = Duration::Millis(310);

  struct Entry {
    PacketMeta meta;
    PacketRef packet;
  };

  // Away from the packet path; without it nothing is kept.
  void Reserve() {
    if (!entries_) entries_ = std::make_unique<std::array<Entry, kPackets>>();
  }
  void Push(const PacketMeta& meta, const PacketRef& packet) {
    if (!entries_) return;
    Entry& entry = (*entries_)[next_];
    entry.meta = meta;
    entry.packet = packet.Share();
    next_ = (next_ + 1) % kPackets;
  }
  // What is younger than kMaxAge, oldest first, as look(meta, packet).
  template <class Look>
  void ForEach(Timestamp now, Look&& look) const {
    if (!entries_) return;
    for (size_t i = 0; i < kPackets; ++i) {
      const Entry& entry = (*entries_)[(next_ + i) % kPackets];
      if (entry.packet && now - entry.meta.arrival <= kMaxAge) look(entry.meta, entry.packet);
    }
  }
  // Hands over what is younger than kMaxAge, oldest first, as consume(meta, PacketRef), and lets go
  // of the rest.
  template <class Consume>
  void Take(Timestamp now, Consume&& consume) {
    if (!entries_) return;
    for (size_t i = 0; i < kPackets; ++i) {
      Entry& entry = (*entries_)[(next_ + i) % kPackets];
      if (!entry.packet) continue;
      if (now - entry.meta.arrival <= kMaxAge) consume(entry.meta, std::move(entry.packet));
      entry.packet.Reset();
    }
  }
  void Clear() {
    Take(Timestamp::Never(), [](const PacketMeta&, PacketRef) {});
  }

 private:
  std::unique_ptr<std::array<Entry, kPackets>> entries_;
  size_t next_ = 0;
};

}  // namespace parley
