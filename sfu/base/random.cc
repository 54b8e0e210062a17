#include "sfu/base/random.h"

#include <sys/random.h>

#include <cerrno>
#include <cstring>

#include "sfu/base/check.h"

namespace parley {

uint32_t RandomSource::U32() { return static_cast<uint32_t>(U64()); }

uint64_t RandomSource::U64() {
  uint8_t bytes[8];
  Fill(bytes);
  uint64_t value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

uint32_t RandomSource::Below(uint32_t bound) {
  PARLEY_CHECK(bound > 0);
  // Values above the largest multiple of `bound` would favour the small ones.
  const uint64_t limit = (uint64_t{1} << 32) / bound * bound;
  uint64_t value;
  do {
    value = U32();
  } while (value >= limit);
  return static_cast<uint32_t>(value % bound);
}

void SystemRandom::Fill(std::span<uint8_t> out) {
  while (!out.empty()) {
    const ssize_t n = getrandom(out.data(), out.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    PARLEY_CHECK(n > 0);
    out = out.subspan(static_cast<size_t>(n));
  }
}

void SeededRandom::Fill(std::span<uint8_t> out) {
  while (!out.empty()) {
    uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    const size_t n = out.size() < 8 ? out.size() : 8;
    std::memcpy(out.data(), &z, n);
    out = out.subspan(n);
  }
}

}  // namespace parley
