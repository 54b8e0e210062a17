#pragma once

// Soft noise where digital silence would sound like a dead line: under a room's mix, and between a
// peer's words when it sends none (RFC 3389). One per stream, on the mixer's thread; nothing
// allocates.

#include <cstdint>
#include <span>

namespace parley {

class ComfortNoise {
 public:
  static constexpr uint8_t kSilent = 127;

  // `level` as RFC 3389 section 3.1 and RFC 6464 have it: 0 to 127, in -dBov.
  explicit ComfortNoise(uint8_t level = kSilent, uint32_t seed = 1) : state_(seed) {
    SetLevel(level);
  }
  void SetLevel(uint8_t level);
  uint8_t level() const { return level_; }

  void Fill(std::span<int16_t> out);

 private:
  uint8_t level_ = kSilent;
  uint32_t state_;  // xorshift's, never 0
  float amplitude_ = 0;
  float previous_ = 0;
};

}  // namespace parley
