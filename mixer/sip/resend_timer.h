#pragma once

// Repeats something until it is acknowledged: after T1, then at doubling pauses up to a bound, for
// 64 T1 (RFC 3261 section 13.3.1.4 for a 2xx, RFC 3262 section 3 for a reliable provisional
// response). Value; owned by its call.

#include <algorithm>

#include "mixer/sip/transaction.h"

namespace parley::sip {

class ResendTimer {
 public:
  enum class Due : uint8_t { kNothing, kResend, kGiveUp };

  // `longest`: T2 for a 2xx; a provisional response doubles without bound.
  void Start(const TransactionTimes& times, Duration longest, Timestamp now) {
    pause_ = times.t1;
    longest_ = longest;
    at_ = now + pause_;
    end_ = now + times.give_up();
  }
  void Stop() { at_ = Timestamp::Never(); }
  bool running() const { return !at_.IsNever(); }

  Due HandleTimeout(Timestamp now) {
    if (now < at_) return Due::kNothing;
    if (now >= end_) {
      Stop();
      return Due::kGiveUp;
    }
    pause_ = std::min(pause_ * 2, longest_);
    at_ = std::min(now + pause_, end_);
    return Due::kResend;
  }
  Timestamp NextTimeout() const { return at_; }

 private:
  Duration pause_;
  Duration longest_;
  Timestamp at_ = Timestamp::Never();
  Timestamp end_ = Timestamp::Never();
};

}  // namespace parley::sip
