#pragma once

// Asks the processor for memory that is needed soon. A fan-out goes round more state than caches
// and page tables at hand hold, and what each subscriber's is like is known some places ahead.
// Never wrong, whatever the address. Free functions, any thread.

#include <cstddef>
#include <cstdint>

namespace parley {

inline void Prefetch(const void* begin, size_t bytes = 1) {
  constexpr uintptr_t kLine = 64;
  const auto first = reinterpret_cast<uintptr_t>(begin);
  for (uintptr_t line = first & ~(kLine - 1); line < first + bytes; line += kLine) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr)
    __builtin_prefetch(reinterpret_cast<const void*>(line));
  }
}

// Two members of one object and what lies between them.
template <class First, class Last>
void PrefetchBetween(const First& first, const Last& last) {
  const auto* begin = reinterpret_cast<const std::byte*>(&first);
  const auto* end = reinterpret_cast<const std::byte*>(&last) + sizeof last;
  Prefetch(begin, static_cast<size_t>(end - begin));
}

}  // namespace parley
