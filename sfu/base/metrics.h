#pragma once

// Counters with one writer thread and any number of readers. Adding is a plain load and store, so a
// counter on the packet path costs no locked instruction; a reader sees a value that is whole and
// at most a moment old.

#include <atomic>
#include <cstdint>

namespace parley {

class Counter {
 public:
  // Writer thread only. Relaxed: no other data is published through a counter.
  void Add(uint64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  // As Add, for a value that also falls.
  void Set(uint64_t v) { value_.store(v, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

}  // namespace parley
