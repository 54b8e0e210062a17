#pragma once

// A bounded queue from one producer thread to one consumer thread. Each side keeps the other's
// index in its own cache line and looks again only when it seems to be full or empty, and a batch
// publishes once: in batches of 32 a hand-over costs a few nanoseconds. Elements are moved through
// and may be move-only; a popped place holds a moved-from element. Allocates at construction only.

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

namespace parley {

template <class T>
class SpscRing {
  static_assert(std::is_nothrow_move_assignable_v<T> && std::is_default_constructible_v<T>);

 public:
  // Holds at least `capacity` elements: rounded up to a power of two.
  explicit SpscRing(size_t capacity)
      : mask_(std::bit_ceil(std::max<size_t>(capacity, 1)) - 1),
        slots_(std::make_unique<T[]>(mask_ + 1)) {}
  SpscRing(const SpscRing&) = delete;
  SpscRing& operator=(const SpscRing&) = delete;

  size_t capacity() const { return mask_ + 1; }

  // Producer. At least how many elements fit; exact up to `wanted`.
  size_t Room(size_t wanted) { return Free(tail_.load(std::memory_order_relaxed), wanted); }

  // Producer. False when full.
  bool TryPush(const T& value)
    requires std::is_trivially_copyable_v<T>
  {
    T copy = value;
    return TryPush(static_cast<T&&>(copy));
  }
  // Producer. False, and `value` untouched, when full.
  bool TryPush(T&& value) {
    // Relaxed: only this thread writes tail_.
    const uint64_t tail = tail_.load(std::memory_order_relaxed);
    if (Free(tail, 1) == 0) return false;
    slots_[tail & mask_] = std::move(value);
    // Release: the element is written before the consumer sees the new tail.
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  // Producer. Moves as many as fit, in order, and publishes them at once; returns how many.
  size_t PushBatch(std::span<T> values) {
    const uint64_t tail = tail_.load(std::memory_order_relaxed);  // as in TryPush
    const size_t count = std::min(values.size(), Free(tail, values.size()));
    for (size_t i = 0; i < count; ++i) slots_[(tail + i) & mask_] = std::move(values[i]);
    if (count != 0) tail_.store(tail + count, std::memory_order_release);  // as in TryPush
    return count;
  }

  // Consumer. False when empty.
  bool TryPop(T& out) {
    return ConsumeBatch(1, [&out](T&& value) { out = std::move(value); }) == 1;
  }

  // Consumer. Calls `take(T&&)` for up to `max` elements and gives their places back at once;
  // returns how many there were.
  template <class F>
  size_t ConsumeBatch(size_t max, F&& take) {
    // Relaxed: only this thread writes head_.
    const uint64_t head = head_.load(std::memory_order_relaxed);
    if (tail_seen_ - head < max) {
      // Acquire: the elements before the tail we see are written (pairs with the push's release).
      tail_seen_ = tail_.load(std::memory_order_acquire);
    }
    const size_t count = std::min<size_t>(max, tail_seen_ - head);
    for (size_t i = 0; i < count; ++i) take(std::move(slots_[(head + i) & mask_]));
    // Release: we are done with the places before the producer writes them again.
    if (count != 0) head_.store(head + count, std::memory_order_release);
    return count;
  }

  // Consumer. A look that misses nothing pushed before it in the single order of seq_cst fences:
  // the last look before parking (see worker/wake.h).
  bool Empty() const {
    // Relaxed head: this thread's own. Acquire tail: as in ConsumeBatch.
    return head_.load(std::memory_order_relaxed) == tail_.load(std::memory_order_acquire);
  }

 private:
  size_t Free(uint64_t tail, size_t wanted) {
    if (capacity() - (tail - head_seen_) < wanted) {
      // Acquire: the consumer has finished with the places before the head we see.
      head_seen_ = head_.load(std::memory_order_acquire);
    }
    return capacity() - (tail - head_seen_);
  }

  const size_t mask_;
  const std::unique_ptr<T[]> slots_;
  alignas(64) std::atomic<uint64_t> tail_{0};  // written by the producer
  uint64_t head_seen_ = 0;                     // the producer's copy
  alignas(64) std::atomic<uint64_t> head_{0};  // written by the consumer
  uint64_t tail_seen_ = 0;                     // the consumer's copy
};

}  // namespace parley
