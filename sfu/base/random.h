#pragma once

// Where identifiers, secrets and credentials come from. Injected, so that a test's run repeats.
// Values or references, any one thread at a time.

#include <cstdint>
#include <span>

namespace parley {

class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void Fill(std::span<uint8_t> out) = 0;

  uint32_t U32();
  uint64_t U64();
  // Uniform in 0..bound-1; bound is at least 1.
  uint32_t Below(uint32_t bound);
};

// The kernel's generator (getrandom(2)): fit for secrets.
class SystemRandom final : public RandomSource {
 public:
  void Fill(std::span<uint8_t> out) override;
};

// SplitMix64: repeats from its seed. For tests and simulations, never for secrets.
class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  void Fill(std::span<uint8_t> out) override;

 private:
  uint64_t state_;
};

}  // namespace parley
