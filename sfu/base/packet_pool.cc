#include "sfu/base/packet_pool.h"

#include <sys/mman.h>

#include <new>

namespace parley {
namespace {

thread_local constinit PacketPool* t_owned_pool = nullptr;

constexpr size_t kHugePage = size_t{2} << 20;

}  // namespace

PacketPool::PacketPool(size_t packets) : capacity_(packets) {
  static_assert(sizeof(Slab) == Slab::kBytes);
  mapped_bytes_ = (packets * sizeof(Slab) + kHugePage - 1) / kHugePage * kHugePage;
  void* memory = mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  PARLEY_CHECK(memory != MAP_FAILED);
  memory_ = static_cast<std::byte*>(memory);
}

PacketPool::~PacketPool() {
  DrainReturned();
  PARLEY_CHECK(outstanding() == 0);
  munmap(memory_, mapped_bytes_);
}

PacketRef::Slab* PacketPool::SlabAt(size_t index) {
  return reinterpret_cast<Slab*>(memory_ + index * sizeof(Slab));
}

PacketRef PacketPool::Allocate() {
  if (free_ == nullptr) DrainReturned();
  Slab* slab;
  if (free_ != nullptr) {
    slab = free_;
    free_ = slab->next;
    --free_count_;
  } else if (fresh_used_ < capacity_) {
    slab = new (SlabAt(fresh_used_++)) Slab;
    slab->pool = this;
  } else {
    ++exhausted_;
    return {};
  }
  slab->offset = kPacketHeadroom;
  slab->size = 0;
  // Relaxed: a ref reaches another thread only through something that orders it (the ring).
  slab->refs.store(1, std::memory_order_relaxed);
  return PacketRef(slab);
}

void PacketPool::Release(Slab* slab) {
  PacketPool* pool = slab->pool;
  if (t_owned_pool == pool) {
    pool->PushFree(slab);
    return;
  }
  // Release: everything done with the packet happens before the owner reuses it (its acquire in
  // DrainReturned). The owner takes the whole stack, so a head seen here cannot be a recycled one.
  Slab* head = pool->returned_.load(std::memory_order_relaxed);
  do {
    slab->next = head;
  } while (!pool->returned_.compare_exchange_weak(head, slab, std::memory_order_release,
                                                  std::memory_order_relaxed));
}

void PacketPool::PushFree(Slab* slab) {
  slab->next = free_;
  free_ = slab;
  ++free_count_;
}

void PacketPool::DrainReturned() {
  if (returned_.load(std::memory_order_relaxed) == nullptr) return;
  // Acquire: pairs with the release in Release() of every slab in the stack (each push extends the
  // release sequence headed by the earlier ones).
  Slab* slab = returned_.exchange(nullptr, std::memory_order_acquire);
  while (slab != nullptr) {
    Slab* next = slab->next;
    PushFree(slab);
    slab = next;
  }
}

PacketPool::Scope::Scope(PacketPool& pool) : previous_(std::exchange(t_owned_pool, &pool)) {}
PacketPool::Scope::~Scope() { t_owned_pool = previous_; }

}  // namespace parley
