#pragma once

// Time, rate and size as types of their own, so that a millisecond is never added to a byte.
// Values, any thread. Time is an argument everywhere below the worker loop; nothing here reads a
// clock. Timestamp counts from an arbitrary epoch (steady clock); wall time is WallTime.

#include <compare>
#include <cstdint>
#include <limits>

namespace parley {

class Duration {
 public:
  constexpr Duration() = default;
  static constexpr Duration Micros(int64_t us) { return Duration(us); }
  static constexpr Duration Millis(int64_t ms) { return Duration(ms * 1000); }
  static constexpr Duration Seconds(int64_t s) { return Duration(s * 1'000'000); }
  static constexpr Duration Zero() { return Duration(0); }
  static constexpr Duration Infinite() { return Duration(std::numeric_limits<int64_t>::max()); }

  constexpr int64_t us() const { return us_; }
  constexpr int64_t ms() const { return us_ / 1000; }
  constexpr double seconds() const { return static_cast<double>(us_) / 1e6; }
  constexpr bool IsInfinite() const { return us_ == std::numeric_limits<int64_t>::max(); }

  constexpr auto operator<=>(const Duration&) const = default;
  constexpr Duration operator+(Duration o) const { return Duration(us_ + o.us_); }
  constexpr Duration operator-(Duration o) const { return Duration(us_ - o.us_); }
  constexpr Duration operator*(int64_t k) const { return Duration(us_ * k); }
  constexpr Duration operator/(int64_t k) const { return Duration(us_ / k); }
  constexpr Duration operator-() const { return Duration(-us_); }
  constexpr Duration& operator+=(Duration o) {
    us_ += o.us_;
    return *this;
  }
  constexpr Duration& operator-=(Duration o) {
    us_ -= o.us_;
    return *this;
  }

 private:
  constexpr explicit Duration(int64_t us) : us_(us) {}
  int64_t us_ = 0;
};

// A point on the steady clock, in microseconds.
class Timestamp {
 public:
  constexpr Timestamp() = default;
  static constexpr Timestamp Micros(int64_t us) { return Timestamp(us); }
  static constexpr Timestamp Millis(int64_t ms) { return Timestamp(ms * 1000); }
  static constexpr Timestamp Seconds(int64_t s) { return Timestamp(s * 1'000'000); }
  static constexpr Timestamp Never() { return Timestamp(std::numeric_limits<int64_t>::max()); }

  constexpr int64_t us() const { return us_; }
  constexpr int64_t ms() const { return us_ / 1000; }
  constexpr bool IsNever() const { return us_ == std::numeric_limits<int64_t>::max(); }

  constexpr auto operator<=>(const Timestamp&) const = default;
  // Never plus or minus anything stays Never.
  constexpr Timestamp operator+(Duration d) const {
    return IsNever() || d.IsInfinite() ? Never() : Timestamp(us_ + d.us());
  }
  constexpr Timestamp operator-(Duration d) const {
    return IsNever() ? Never() : Timestamp(us_ - d.us());
  }
  constexpr Duration operator-(Timestamp o) const { return Duration::Micros(us_ - o.us_); }

 private:
  constexpr explicit Timestamp(int64_t us) : us_(us) {}
  int64_t us_ = 0;
};

// Microseconds since the Unix epoch: for NTP times in sender reports, tokens and logs only.
class WallTime {
 public:
  constexpr WallTime() = default;
  static constexpr WallTime UnixMicros(int64_t us) { return WallTime(us); }
  constexpr int64_t unix_us() const { return us_; }
  constexpr int64_t unix_seconds() const { return us_ / 1'000'000; }
  constexpr auto operator<=>(const WallTime&) const = default;
  constexpr WallTime operator+(Duration d) const { return WallTime(us_ + d.us()); }
  constexpr Duration operator-(WallTime o) const { return Duration::Micros(us_ - o.us_); }

 private:
  constexpr explicit WallTime(int64_t us) : us_(us) {}
  int64_t us_ = 0;
};

class DataSize {
 public:
  constexpr DataSize() = default;
  static constexpr DataSize Bytes(int64_t n) { return DataSize(n); }
  constexpr int64_t bytes() const { return bytes_; }
  constexpr int64_t bits() const { return bytes_ * 8; }
  constexpr auto operator<=>(const DataSize&) const = default;
  constexpr DataSize operator+(DataSize o) const { return DataSize(bytes_ + o.bytes_); }
  constexpr DataSize operator-(DataSize o) const { return DataSize(bytes_ - o.bytes_); }
  constexpr DataSize& operator+=(DataSize o) {
    bytes_ += o.bytes_;
    return *this;
  }

 private:
  constexpr explicit DataSize(int64_t n) : bytes_(n) {}
  int64_t bytes_ = 0;
};

class Bitrate {
 public:
  constexpr Bitrate() = default;
  static constexpr Bitrate BitsPerSecond(int64_t bps) { return Bitrate(bps); }
  static constexpr Bitrate Kbps(int64_t kbps) { return Bitrate(kbps * 1000); }
  static constexpr Bitrate Unlimited() { return Bitrate(std::numeric_limits<int64_t>::max()); }
  constexpr int64_t bps() const { return bps_; }
  constexpr int64_t kbps() const { return bps_ / 1000; }
  constexpr auto operator<=>(const Bitrate&) const = default;
  constexpr Bitrate operator+(Bitrate o) const { return Bitrate(bps_ + o.bps_); }
  constexpr Bitrate operator-(Bitrate o) const { return Bitrate(bps_ - o.bps_); }

 private:
  constexpr explicit Bitrate(int64_t bps) : bps_(bps) {}
  int64_t bps_ = 0;
};

// Zero for a duration of zero or less.
constexpr Bitrate operator/(DataSize size, Duration d) {
  return d.us() <= 0 ? Bitrate() : Bitrate::BitsPerSecond(size.bits() * 1'000'000 / d.us());
}

// Unlimited stays so.
constexpr Bitrate operator*(Bitrate rate, double k) {
  return rate == Bitrate::Unlimited()
             ? rate
             : Bitrate::BitsPerSecond(static_cast<int64_t>(static_cast<double>(rate.bps()) * k));
}
constexpr DataSize operator*(Bitrate rate, Duration d) {
  return DataSize::Bytes(static_cast<int64_t>(static_cast<double>(rate.bps()) * d.seconds() / 8.0));
}
// How long `size` takes at `rate`; infinite at zero.
constexpr Duration operator/(DataSize size, Bitrate rate) {
  return rate.bps() <= 0 ? Duration::Infinite()
                         : Duration::Micros(size.bits() * 1'000'000 / rate.bps());
}

}  // namespace parley
