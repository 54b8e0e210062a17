#pragma once

// So many at once, and so many a second on the long run. A value; time is handed in.

#include <algorithm>

#include "sfu/base/units.h"

namespace parley {

class TokenBucket {
 public:
  // Starts full.
  TokenBucket(double per_second, double capacity)
      : per_second_(per_second), capacity_(capacity), tokens_(capacity) {}

  // Zero when one could be taken, else how long until one can.
  Duration Take(Timestamp now) {
    tokens_ = LevelAt(now);
    filled_at_ = std::max(filled_at_, now);
    if (tokens_ < 1) return Wait();
    tokens_ -= 1;
    return Duration::Zero();
  }

  bool full(Timestamp now) const { return LevelAt(now) >= capacity_; }

 private:
  Duration Wait() const {
    return Duration::Micros(static_cast<int64_t>((1 - tokens_) / per_second_ * 1e6) + 1);
  }
  double LevelAt(Timestamp now) const {
    if (now <= filled_at_) return tokens_;
    return std::min(capacity_, tokens_ + (now - filled_at_).seconds() * per_second_);
  }

  double per_second_;
  double capacity_;
  double tokens_;
  Timestamp filled_at_;
};

}  // namespace parley
