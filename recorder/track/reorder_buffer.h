#pragma once

// Puts one source's RTP packets in order before they are depacketised: what is missing is waited
// for as long as a retransmission may take, then skipped, and the packet behind it says so.
// Sans-IO; bounded by kMaxPackets. One thread.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "sfu/base/seq_num.h"
#include "sfu/base/units.h"

namespace parley {

class ReorderBuffer {
 public:
  static constexpr size_t kMaxPackets = 512;

  struct Packet {
    std::vector<uint8_t> bytes;
    bool gap_before = false;  // packets between the last one and this are lost
  };

  explicit ReorderBuffer(Duration wait) : wait_(wait) {}

  // Late and repeated packets are dropped and counted, and so is what finds it full: Pop until it
  // gives nothing after each Insert.
  void Insert(SeqNum seq, std::span<const uint8_t> bytes, Timestamp now);
  // The next in order, or the next after a gap that was waited for long enough.
  std::optional<Packet> Pop(Timestamp now);
  // When Pop would skip a gap; never while nothing waits behind one.
  Timestamp NextTimeout() const;

  uint64_t lost() const { return lost_; }
  uint64_t dropped() const { return dropped_; }

 private:
  struct Waiting {
    std::vector<uint8_t> bytes;
    Timestamp at;
  };
  Duration wait_;
  SeqUnwrapper unwrapper_;
  std::optional<int64_t> next_;
  std::map<int64_t, Waiting> waiting_;
  uint64_t lost_ = 0;
  uint64_t dropped_ = 0;
};

}  // namespace parley
