#pragma once

// Bits of a codec's header, most significant first. Reading past the end gives zeros and makes
// ok() false. Borrows; value, any thread.

#include <cstddef>
#include <cstdint>
#include <span>

namespace parley {

class BitReader {
 public:
  explicit BitReader(std::span<const uint8_t> data) : data_(data) {}

  // Up to 32.
  uint32_t Bits(size_t count) {
    uint32_t value = 0;
    for (; count > 0; --count) value = value << 1 | Next();
    return value;
  }
  bool Flag() { return Next() != 0; }
  void Skip(size_t count) {
    for (; count > 0; --count) Next();
  }
  // Exp-Golomb codes (ITU-T H.264 section 9.1).
  uint32_t Unsigned() {
    size_t zeros = 0;
    while (ok_ && zeros < 32 && Next() == 0) ++zeros;
    if (zeros < 32) return (uint32_t{1} << zeros) - 1 + Bits(zeros);
    ok_ = false;
    return 0;
  }
  int32_t Signed() {
    const uint32_t code = Unsigned();
    const auto half = static_cast<int32_t>(code / 2);
    return code % 2 == 0 ? -half : half + 1;
  }
  bool ok() const { return ok_; }

 private:
  uint32_t Next() {
    if (at_ >= data_.size() * 8) {
      ok_ = false;
      return 0;
    }
    const uint32_t bit = data_[at_ / 8] >> (7 - at_ % 8) & 1U;
    ++at_;
    return bit;
  }

  std::span<const uint8_t> data_;
  size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace parley
