// The whole walk as it runs, sockets and threads included: once people have joined, a worker's
// thread allocates nothing, takes no mutex and throws nothing, however many packets pass.

#include <dlfcn.h>
#include <execinfo.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <string_view>

#include "tests/sfu/worker/pool_meeting.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PARLEY_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PARLEY_SANITIZED 1
#endif
#endif

#ifndef PARLEY_SANITIZED
namespace {

enum Kind : size_t { kAllocations, kLocks, kThrows, kKinds };

// What worker threads did while `watching`, and from where the first of each kind came.
std::atomic<bool> watching{false};
std::array<std::atomic<uint64_t>, kKinds> counts;
std::array<std::array<void*, 24>, kKinds> places;
std::array<std::atomic<int>, kKinds> place_sizes;

bool IsWorkerThread() {
  thread_local int answer = -1;  // workers name themselves before they take a packet
  if (answer < 0) {
    std::array<char, 16> name{};
    pthread_getname_np(pthread_self(), name.data(), name.size());
    answer = std::string_view(name.data()).starts_with("parley-w") ? 1 : 0;
  }
  return answer == 1;
}

void Note(Kind kind) {
  thread_local bool noting = false;
  if (!watching.load(std::memory_order_relaxed) || noting || !IsWorkerThread()) return;
  noting = true;
  if (counts[kind].fetch_add(1, std::memory_order_relaxed) == 0) {
    place_sizes[kind] = backtrace(places[kind].data(), static_cast<int>(places[kind].size()));
  }
  noting = false;
}

}  // namespace

// These stand before those of the C and C++ libraries. operator new comes through malloc.
extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* malloc(size_t size) {
  Note(kAllocations);
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  Note(kAllocations);
  return __libc_calloc(count, size);
}
void* realloc(void* old, size_t size) {
  Note(kAllocations);
  return __libc_realloc(old, size);
}
int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  using Lock = int (*)(pthread_mutex_t*);
  static std::atomic<Lock> real{nullptr};
  Lock lock = real.load(std::memory_order_relaxed);
  if (!lock) {
    lock = reinterpret_cast<Lock>(dlsym(RTLD_NEXT, "pthread_mutex_lock"));
    real.store(lock, std::memory_order_relaxed);
  }
  Note(kLocks);
  return lock(mutex);
}
// By another name, because compilers declare __cxa_throw themselves, each in its way.
[[noreturn]] void CountedThrow(void* thrown, void* type,
                               void (*destroy)(void*)) __asm__("__cxa_throw");
void CountedThrow(void* thrown, void* type, void (*destroy)(void*)) {
  using Throw = void (*)(void*, void*, void (*)(void*));
  Note(kThrows);
  reinterpret_cast<Throw>(dlsym(RTLD_NEXT, "__cxa_throw"))(thrown, type, destroy);
  __builtin_unreachable();
}
}
#endif

namespace parley {
namespace {

#ifndef PARLEY_SANITIZED
void Watch() {
  for (auto& count : counts) count = 0;
  watching = true;
}

uint64_t Noted() { return counts[kAllocations] + counts[kLocks] + counts[kThrows]; }

void ExpectNone(Kind kind, const char* what) {
  EXPECT_EQ(counts[kind].load(), 0u) << what;
  if (counts[kind] != 0) backtrace_symbols_fd(places[kind].data(), place_sizes[kind], 2);
}
#endif

TEST(SteadyWalkTest, WorkersNeitherAllocateNorLockNorThrow) {
#ifdef PARLEY_SANITIZED
  GTEST_SKIP() << "the sanitizer has malloc and mutexes for itself";
#else
  std::array<void*, 4> ignored;
  backtrace(ignored.data(), static_cast<int>(ignored.size()));  // loads what it needs

  PoolMeeting meeting({.workers = 2, .v6 = false});
  using Member = PoolMeeting::Member;
  Member& publisher = meeting.Join({.microphone = true, .camera = true, .video_slots = 0}, 0);
  std::array<Member*, 7> viewers;
  for (size_t i = 0; i < viewers.size(); ++i) {
    // Half of them numbered, estimated and paced; on both workers; the last over ICE-TCP.
    viewers[i] = &meeting.Join({.video_slots = 1, .transport_cc = i < 3}, static_cast<int>(i % 2),
                               /*tcp=*/i + 1 == viewers.size());
    meeting.Show(*viewers[i], 0, publisher);
  }
  ASSERT_TRUE(meeting.RunUntil([&] {
    return std::ranges::all_of(viewers, [](const Member* viewer) {
      const auto* received = viewer->received(viewer->plan.VideoSlot(0));
      return received != nullptr && received->packets() > 100;
    });
  }));
  const auto forwarded = [&] { return meeting.Sum(&WorkerMetrics::router_packets_out); };
  // What happens for the first time may cost something once: the first report of an SSRC makes its
  // SRTCP session, the first probe or retransmission its keys. What a packet costs comes each time.
  for (int tries = 0; tries < 5; ++tries) {
    const uint64_t before = forwarded();
    Watch();
    for (uint64_t packets = 2500; packets <= 10'000; packets += 2500) {
      ASSERT_TRUE(meeting.RunUntil([&] { return forwarded() >= before + packets; }));
    }
    watching = false;
    if (Noted() == 0) break;
  }
  ExpectNone(kAllocations, "allocations");
  ExpectNone(kLocks, "mutexes taken");
  ExpectNone(kThrows, "exceptions");
#endif
}

#ifndef PARLEY_SANITIZED
// The same counters, where there is something to count.
TEST(SteadyWalkTest, TheCountersCount) {
  pthread_t thread;
  const auto body = [](void*) -> void* {
    pthread_setname_np(pthread_self(), "parley-w9");
    Watch();
    void* volatile block = malloc(1);
    free(block);
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    try {
      throw 1;
    } catch (int) {
    }
    watching = false;
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, nullptr, body, nullptr), 0);
  pthread_join(thread, nullptr);
  EXPECT_GE(counts[kAllocations], 1u);
  EXPECT_EQ(counts[kLocks], 1u);
  EXPECT_EQ(counts[kThrows], 1u);
}
#endif

}  // namespace
}  // namespace parley
