#pragma once

// NTP's 64-bit time (RFC 5905 section 6): seconds since 1900 as 32.32 fixed point, and the middle
// 32 bits of it that report blocks carry (RFC 3550 section 4). Values, any thread.

#include <compare>
#include <cstdint>

#include "sfu/base/units.h"

namespace parley {

// Seconds from 1900-01-01 to 1970-01-01.
inline constexpr int64_t kNtpUnixOffsetSeconds = 2'208'988'800;

class NtpTime {
 public:
  constexpr NtpTime() = default;
  constexpr explicit NtpTime(uint64_t value) : value_(value) {}
  static constexpr NtpTime From(WallTime t) {
    int64_t us = t.unix_us() + kNtpUnixOffsetSeconds * 1'000'000;
    auto seconds = static_cast<uint64_t>(us / 1'000'000);
    auto rest = static_cast<uint64_t>(us % 1'000'000);
    return NtpTime(seconds << 32 | ((rest << 32) + 500'000) / 1'000'000);
  }

  // To the nearest microsecond; of NTP's first era (1900 to 2036).
  constexpr WallTime ToWallTime() const {
    auto seconds = static_cast<int64_t>(value_ >> 32) - kNtpUnixOffsetSeconds;
    auto us = static_cast<int64_t>(((value_ & 0xFFFFFFFF) * 1'000'000 + 0x80000000) >> 32);
    return WallTime::UnixMicros(seconds * 1'000'000 + us);
  }
  constexpr uint64_t value() const { return value_; }
  // Seconds as 16.16, as LSR carries them.
  constexpr uint32_t compact() const { return static_cast<uint32_t>(value_ >> 16); }
  // 0 means "no time" in sender reports.
  constexpr bool IsZero() const { return value_ == 0; }
  constexpr auto operator<=>(const NtpTime&) const = default;

 private:
  uint64_t value_ = 0;
};

// A difference of two NTP times, signed 32.32, to the nearest microsecond.
constexpr Duration NtpToDuration(int64_t difference) {
  const int64_t fraction = difference & 0xFFFFFFFF;
  return Duration::Micros((difference >> 32) * 1'000'000 +
                          ((fraction * 1'000'000 + 0x80000000) >> 32));
}

// Durations in 1/65536 s, as DLSR carries them and LSR arithmetic yields them.
constexpr Duration CompactNtpToDuration(uint32_t compact) {
  return Duration::Micros((static_cast<int64_t>(compact) * 1'000'000 + 0x8000) >> 16);
}
// Clamped to 0..18 h.
constexpr uint32_t DurationToCompactNtp(Duration d) {
  if (d <= Duration::Zero()) return 0;
  if (d >= Duration::Seconds(65'535)) return 0xFFFF0000;
  return static_cast<uint32_t>(((d.us() << 16) + 500'000) / 1'000'000);
}

}  // namespace parley
