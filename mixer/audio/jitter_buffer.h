#pragma once

// Packets of one stream that wait to be played, in the order of their timestamps. A fixed number of
// places; when all are taken the oldest packet makes room. One per incoming stream, on the mixer's
// thread; a place allocates only when a payload is larger than any before it.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sfu/base/prefetch.h"
#include "sfu/base/units.h"

namespace parley {

class JitterBuffer {
 public:
  static constexpr size_t kCapacity = 100;

  struct Packet {
    int64_t seq = 0;        // unwrapped
    int64_t timestamp = 0;  // unwrapped
    Timestamp arrival;
    std::vector<uint8_t> payload;
  };

  JitterBuffer();

  enum class Result : uint8_t { kInserted, kDuplicate, kDroppedOldest };
  Result Insert(int64_t seq, int64_t timestamp, Timestamp arrival,
                std::span<const uint8_t> payload);

  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  // Needs !empty().
  const Packet& front() const { return packets_[order_[0]]; }
  void PopFront();
  void Clear() { size_ = 0; }

  // Ask for the memory of an Insert and a PopFront; the second when the first's is there.
  void PrefetchState() const { PrefetchBetween(order_, size_); }
  void PrefetchFront() const {
    Prefetch(&packets_[order_[size_ % kCapacity]], sizeof(Packet));
    Prefetch(&front(), sizeof(Packet));
  }

 private:
  std::array<Packet, kCapacity> packets_;
  // Places by timestamp; from size_ on, those that are free.
  std::array<uint8_t, kCapacity> order_;
  size_t size_ = 0;
};

}  // namespace parley
