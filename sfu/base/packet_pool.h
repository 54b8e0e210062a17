#pragma once

// Packets of one core: fixed slabs of up to kPacketCapacity bytes with room before (headers that
// grow) and behind (SRTP's tag, RFC 3711 section 3.1) them. A PacketPool belongs to one thread, its
// owner, who allocates without a lock; a PacketRef may travel to and die on any thread. What dies
// elsewhere returns over a lock-free stack that the owner drains wholesale, so no slab is ever
// popped by two threads and the stack knows no ABA. Bounded by the pool's size: an exhausted pool
// hands out empty refs and counts them. The memory is reserved at once and touched only when used.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "sfu/base/check.h"

namespace parley {

// The largest packet that is received or sent; larger datagrams are dropped on arrival.
inline constexpr size_t kPacketCapacity = 1500;
// Guaranteed room in front of and behind a packet of kPacketCapacity bytes. Larger than libsrtp's
// SRTP_MAX_TRAILER_LEN (144).
inline constexpr size_t kPacketHeadroom = 64;
inline constexpr size_t kPacketTailroom = 160;

class PacketPool;

// A counted handle of one packet. Move-only: another reference to the same bytes is asked for with
// Share(). Bytes may be written only while there is one reference; a shared packet is immutable,
// which is what lets cores read it together.
class PacketRef {
 public:
  PacketRef() = default;
  PacketRef(PacketRef&& o) noexcept : slab_(std::exchange(o.slab_, nullptr)) {}
  PacketRef& operator=(PacketRef&& o) noexcept {
    if (this != &o) {
      Reset();
      slab_ = std::exchange(o.slab_, nullptr);
    }
    return *this;
  }
  PacketRef(const PacketRef&) = delete;
  PacketRef& operator=(const PacketRef&) = delete;
  ~PacketRef() { Reset(); }

  explicit operator bool() const { return slab_ != nullptr; }
  void Reset();
  // One more reference to the same bytes; immutable from here on until one of them is left.
  PacketRef Share() const;
  bool unique() const;

  const uint8_t* data() const;
  size_t size() const;
  std::span<const uint8_t> bytes() const { return {data(), size()}; }

  // The rest needs unique().
  uint8_t* MutableData();
  std::span<uint8_t> MutableBytes() { return {MutableData(), size()}; }
  // From data() to the end of the slab: where a packet and its SRTP tag are written.
  std::span<uint8_t> MutableBuffer();
  // `size` counts from data() and is at most MutableBuffer().size().
  void SetSize(size_t size);
  // Moves the front of the packet into the headroom (negative) or into the packet (positive).
  void MoveFront(ptrdiff_t by);

 private:
  friend class PacketPool;
  struct Slab;
  explicit PacketRef(Slab* slab) : slab_(slab) {}

  Slab* slab_ = nullptr;
};

class PacketPool {
 public:
  // Reserves address space for `packets` slabs; ends the process when the system refuses.
  explicit PacketPool(size_t packets);
  // Every packet must be back.
  ~PacketPool();
  PacketPool(const PacketPool&) = delete;
  PacketPool& operator=(const PacketPool&) = delete;

  // Owner only. An empty packet with kPacketHeadroom in front of it; an empty ref when all are out.
  PacketRef Allocate();

  // While a Scope lives, its thread is the pool's owner: packets that die on it skip the return
  // stack. Without one everything still works, a little slower (simulations with many engines on
  // one thread).
  class Scope {
   public:
    explicit Scope(PacketPool& pool);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    PacketPool* previous_;
  };

  size_t capacity() const { return capacity_; }
  // Owner only: packets handed out and not yet taken back by the owner.
  size_t outstanding() const { return fresh_used_ - free_count_; }
  // Owner only: how often Allocate() came back empty.
  uint64_t exhausted() const { return exhausted_; }
  // Owner only: takes back what died on other threads. Allocate() does so when it must.
  void DrainReturned();

 private:
  friend class PacketRef;
  using Slab = PacketRef::Slab;
  static void Release(Slab* slab);
  void PushFree(Slab* slab);
  Slab* SlabAt(size_t index);

  std::byte* memory_ = nullptr;
  size_t mapped_bytes_ = 0;
  size_t capacity_ = 0;
  size_t fresh_used_ = 0;  // slabs touched so far: the rest of the memory is still untouched
  Slab* free_ = nullptr;
  size_t free_count_ = 0;
  uint64_t exhausted_ = 0;
  // On a line of its own: other cores write it.
  alignas(64) std::atomic<Slab*> returned_{nullptr};
};

struct alignas(64) PacketRef::Slab {
  std::atomic<uint32_t> refs{0};
  uint16_t offset = 0;  // of data() in `buffer`
  uint16_t size = 0;
  PacketPool* pool = nullptr;
  Slab* next = nullptr;  // in the free list or the return stack
  // 29 cache lines in all: an odd count spreads the headers of neighbouring slabs over all sets of
  // the cache, where a power of two would put them into two.
  static constexpr size_t kBytes = 29 * 64;
  static constexpr size_t kBufferBytes = kBytes - 64;
  alignas(64) uint8_t buffer[kBufferBytes];
};
static_assert(kPacketHeadroom + kPacketCapacity + kPacketTailroom <= 28 * 64);

inline void PacketRef::Reset() {
  if (slab_ == nullptr) return;
  Slab* slab = std::exchange(slab_, nullptr);
  // Alone: nobody else can touch the count, so the plain way is enough. The acquire pairs with the
  // release below of whoever gave up its reference last, so that its reads are over.
  if (slab->refs.load(std::memory_order_acquire) == 1) {
    PacketPool::Release(slab);
    return;
  }
  // Release: our reads of the packet happen before its reuse. Acquire: the last one sees all
  // others' reads finished before it frees.
  if (slab->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) PacketPool::Release(slab);
}

inline PacketRef PacketRef::Share() const {
  PARLEY_CHECK(slab_ != nullptr);
  // Relaxed: whoever shares holds a reference, so the count cannot reach zero meanwhile.
  slab_->refs.fetch_add(1, std::memory_order_relaxed);
  return PacketRef(slab_);
}

// Acquire: with the last other reference gone, its reads happen before our writes.
inline bool PacketRef::unique() const { return slab_->refs.load(std::memory_order_acquire) == 1; }

inline const uint8_t* PacketRef::data() const { return slab_->buffer + slab_->offset; }
inline size_t PacketRef::size() const { return slab_->size; }

inline uint8_t* PacketRef::MutableData() {
  PARLEY_CHECK(unique());
  return slab_->buffer + slab_->offset;
}
inline std::span<uint8_t> PacketRef::MutableBuffer() {
  return {MutableData(), Slab::kBufferBytes - slab_->offset};
}
inline void PacketRef::SetSize(size_t size) {
  PARLEY_CHECK(unique() && size <= Slab::kBufferBytes - slab_->offset);
  slab_->size = static_cast<uint16_t>(size);
}
inline void PacketRef::MoveFront(ptrdiff_t by) {
  PARLEY_CHECK(unique() && by >= -ptrdiff_t{slab_->offset} && by <= ptrdiff_t{slab_->size});
  slab_->offset = static_cast<uint16_t>(slab_->offset + by);
  slab_->size = static_cast<uint16_t>(slab_->size - by);
}

}  // namespace parley
