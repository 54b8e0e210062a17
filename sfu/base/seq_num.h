#pragma once

// RTP's wrapping counters. A SeqNum or RtpTimestamp has no order of its own: unwrap first.
// Values, any thread.

#include <cstdint>
#include <optional>

namespace parley {

class SeqNum {
 public:
  constexpr SeqNum() = default;
  constexpr explicit SeqNum(uint16_t value) : value_(value) {}
  constexpr uint16_t value() const { return value_; }
  constexpr bool operator==(const SeqNum&) const = default;
  // Wrapping distance from `o` to this, in -32768..32767.
  constexpr int16_t operator-(SeqNum o) const { return static_cast<int16_t>(value_ - o.value_); }
  constexpr SeqNum operator+(int d) const { return SeqNum(static_cast<uint16_t>(value_ + d)); }

 private:
  uint16_t value_ = 0;
};

class RtpTimestamp {
 public:
  constexpr RtpTimestamp() = default;
  constexpr explicit RtpTimestamp(uint32_t value) : value_(value) {}
  constexpr uint32_t value() const { return value_; }
  constexpr bool operator==(const RtpTimestamp&) const = default;
  constexpr int32_t operator-(RtpTimestamp o) const {
    return static_cast<int32_t>(value_ - o.value_);
  }
  constexpr RtpTimestamp operator+(int64_t d) const {
    return RtpTimestamp(static_cast<uint32_t>(value_ + static_cast<uint64_t>(d)));
  }

 private:
  uint32_t value_ = 0;
};

// Follows a wrapping 16- or 32-bit counter as a 64-bit one: each value is taken as the nearest to
// the last (RFC 3550 appendix A.1). The first value is kept as it is.
template <class Unsigned, class Signed>
class Unwrapper {
 public:
  constexpr int64_t Unwrap(Unsigned value) {
    last_ = Peek(value);
    return *last_;
  }
  // As Unwrap, without moving.
  constexpr int64_t Peek(Unsigned value) const {
    if (!last_) return value;
    return *last_ +
           static_cast<Signed>(static_cast<Unsigned>(value - static_cast<Unsigned>(*last_)));
  }
  constexpr void Reset() { last_.reset(); }

 private:
  std::optional<int64_t> last_;
};

using SeqUnwrapper = Unwrapper<uint16_t, int16_t>;
using TimestampUnwrapper = Unwrapper<uint32_t, int32_t>;

}  // namespace parley
