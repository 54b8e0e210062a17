#pragma once

// Keeps a slot from flickering between layers on a link at the border: what was lowered for want of
// bandwidth stays so for a while, longer each time that a rise did not last, and what is shown at
// its lowest is not paused for an estimate that dips. Value; one per Slot.

#include <algorithm>
#include <optional>

#include "sfu/base/units.h"

namespace parley {

class LayerPatience {
 public:
  static constexpr Duration kLeast = Duration::Seconds(3);
  static constexpr Duration kMost = Duration::Seconds(12);
  // A rise that lasted this long was right.
  static constexpr Duration kTrial = Duration::Seconds(10);
  static constexpr int kSwings = 2;
  static constexpr Duration kBeforePause = Duration::Millis(1500);

  void HandleRise(Timestamp now) { risen_at_ = now; }
  // Because of bandwidth, not because less is wanted.
  void HandleFall(Timestamp now) {
    const bool failed = risen_at_ && now - *risen_at_ < kTrial;
    wait_ = failed ? std::min(wait_ * 2, kMost) : kLeast;
    failures_ = failed ? failures_ + 1 : 0;
    fallen_at_ = now;
  }
  // Whether the budget had room for the least that can be shown.
  void HandleRoom(bool fits, Timestamp now) {
    if (fits) {
      short_since_.reset();
    } else if (!short_since_) {
      short_since_ = now;
    }
  }
  bool MayPause(Timestamp now) const { return short_since_ && now - *short_since_ >= kBeforePause; }
  bool MayRise(Timestamp now) const { return !fallen_at_ || now - *fallen_at_ >= wait_; }
  // It swings: nothing better until the wait is over, however much room there seems to be. Each
  // rise costs a key frame for all who watch. Out of a pause it may come all the same.
  bool MustStay(Timestamp now) const { return failures_ >= kSwings && !MayRise(now); }
  // Something else is wanted: nothing of what was tried tells of it.
  void Reset() { *this = LayerPatience(); }

 private:
  std::optional<Timestamp> risen_at_;
  std::optional<Timestamp> fallen_at_;
  Duration wait_ = kLeast;
  int failures_ = 0;  // in a row
  std::optional<Timestamp> short_since_;
};

}  // namespace parley
