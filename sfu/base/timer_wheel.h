#pragma once

// Timers of many objects on one thread: each has an id in 0..capacity-1 and at most one deadline.
// One wheel of kBuckets ticks of a millisecond; a deadline further away stays in its bucket for
// more rounds. Setting, moving and cancelling cost a few stores; nothing allocates after the
// constructor.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sfu/base/units.h"

namespace parley {

class TimerWheel {
 public:
  using Id = uint32_t;

  TimerWheel(size_t capacity, Timestamp now);

  // Replaces the id's deadline; Never cancels. A deadline in the past fires at the next Advance.
  void Set(Id id, Timestamp deadline);
  void Cancel(Id id) { Set(id, Timestamp::Never()); }
  Timestamp deadline(Id id) const { return entries_[id].deadline; }

  // Not after the earliest deadline, and before it only when that is more than a round away.
  Timestamp NextDeadline() const;

  // Calls fire(id) once for every deadline at or before `now`, each cancelled before the call. The
  // callback may set and cancel any timer; what it sets at or before `now` fires in the next call.
  template <class F>
  void Advance(Timestamp now, F&& fire) {
    CollectDue(now);
    while (due_ != kNone) {
      const Id id = due_;
      Unlink(id);
      entries_[id].deadline = Timestamp::Never();
      fire(id);
    }
  }

 private:
  static constexpr Id kNone = UINT32_MAX;
  static constexpr size_t kBuckets = 1024;
  static constexpr uint16_t kUnlinked = UINT16_MAX;
  static constexpr uint16_t kDue = kBuckets;

  struct Entry {
    Timestamp deadline = Timestamp::Never();
    Id next = kNone;
    Id previous = kNone;
    uint16_t bucket = kUnlinked;
  };

  Id& Head(uint16_t bucket) { return bucket == kDue ? due_ : buckets_[bucket]; }
  void Link(Id id, uint16_t bucket);
  void Unlink(Id id);
  void CollectDue(Timestamp now);

  std::vector<Entry> entries_;
  std::array<Id, kBuckets> buckets_;
  std::array<uint64_t, kBuckets / 64> occupied_{};
  Id due_ = kNone;
  int64_t tick_;  // milliseconds; everything before it has been collected
};

}  // namespace parley
