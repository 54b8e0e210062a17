#pragma once

// Deadlines of objects that come and go, earliest first: a binary heap in which every deadline
// knows its place, so that moving one costs a few swaps, and those that are not due cost nothing.
// For objects without numbers of their own; else see timer_wheel.h. Allocates in Reserve() only.
// One thread.

#include <cstddef>
#include <vector>

#include "sfu/base/units.h"

namespace parley {

// What an object that can be due derives from. Removed from its heap before it dies.
class Deadline {
 public:
  // Never while it is in no heap.
  Timestamp at() const { return at_; }

 private:
  friend class DeadlineHeap;
  static constexpr size_t kNowhere = static_cast<size_t>(-1);
  Timestamp at_ = Timestamp::Never();
  size_t place_ = kNowhere;
};

class DeadlineHeap {
 public:
  // How many may be in it at once.
  void Reserve(size_t deadlines) { heap_.reserve(deadlines); }

  // Never takes it out.
  void Set(Deadline& deadline, Timestamp at);
  void Remove(Deadline& deadline) { Set(deadline, Timestamp::Never()); }

  Timestamp Next() const { return heap_.empty() ? Timestamp::Never() : heap_.front()->at_; }
  // The earliest, taken out, when it is at or before `now`; null when none is.
  Deadline* PopDue(Timestamp now);

 private:
  void Take(size_t place);
  void Put(size_t place, Deadline* deadline);
  // Where the deadline at `place` belongs.
  void Settle(size_t place);

  std::vector<Deadline*> heap_;
};

}  // namespace parley
