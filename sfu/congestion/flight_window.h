#pragma once

// How much may be under way at a rate: what a round trip without a queue holds, what is sent until
// the next feedback, and kQueue more. The least round trip of the last one to two kMemory stands
// for the one without a queue. Value.

#include <algorithm>

#include "sfu/base/units.h"

namespace parley {

class FlightWindow {
 public:
  static constexpr Duration kQueue = Duration::Millis(150);
  static constexpr Duration kMemory = Duration::Seconds(5);
  // A few packets always.
  static constexpr DataSize kLeast = DataSize::Bytes(4800);

  // `age` of the newest packet that the feedback brought word of.
  void HandleFeedback(Duration age, Timestamp now) {
    if (handled_) {
      const Duration gap = std::min(now - at_, Duration::Seconds(1));
      interval_ += (gap - interval_) / 8;
    }
    handled_ = true;
    at_ = now;
    if (now - begun_ > kMemory) {
      begun_ = now;
      previous_least_ = least_;
      least_ = age;
    }
    least_ = std::min(least_, age);
  }

  DataSize Size(Bitrate rate) const {
    const Duration round_trip = std::min(least_, previous_least_);
    return std::max(rate * (round_trip + interval_ * 3 / 2 + kQueue), kLeast);
  }

 private:
  bool handled_ = false;
  Timestamp at_;
  Timestamp begun_;
  Duration interval_ = Duration::Millis(100);  // between feedback packets
  Duration least_ = Duration::Seconds(1);
  Duration previous_least_ = Duration::Seconds(1);
};

}  // namespace parley
