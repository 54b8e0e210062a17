#pragma once

// Coalesces everybody's wishes for a key frame of one encoding: at most one request per kInterval
// leaves, a wish that came too early is remembered, and requests are repeated until a key frame
// arrives, kMaxAttempts times. One per encoding and core; on the source's home core it guards the
// publisher, on others the relay. Value, nothing allocates.

#include "sfu/base/units.h"

namespace parley {

class KeyFrameGate {
 public:
  static constexpr Duration kInterval = Duration::Millis(500);
  static constexpr int kMaxAttempts = 10;

  // Somebody needs a key frame. True: send a request now.
  [[nodiscard]] bool Request(Timestamp now) {
    wanted_ = true;
    attempts_ = 0;
    return SendIfDue(now);
  }
  // True: send a request now.
  [[nodiscard]] bool HandleTimeout(Timestamp now) { return wanted_ && SendIfDue(now); }
  // A key frame began to arrive: all wishes so far are served.
  void HandleKeyFrame() { wanted_ = false; }

  bool wanted() const { return wanted_; }
  Timestamp NextTimeout() const { return wanted_ ? next_ : Timestamp::Never(); }

 private:
  bool SendIfDue(Timestamp now) {
    if (now < next_) return false;
    if (attempts_ == kMaxAttempts) {
      wanted_ = false;
      return false;
    }
    ++attempts_;
    next_ = now + kInterval;
    return true;
  }

  bool wanted_ = false;
  int attempts_ = 0;
  Timestamp next_;  // no request before this
};

}  // namespace parley
