#include "sfu/base/deadline_heap.h"

#include <utility>

#include "sfu/base/check.h"

namespace parley {

void DeadlineHeap::Set(Deadline& deadline, Timestamp at) {
  if (at == deadline.at_) return;
  deadline.at_ = at;
  if (at.IsNever()) return Take(deadline.place_);
  if (deadline.place_ == Deadline::kNowhere) {
    PARLEY_CHECK(heap_.size() < heap_.capacity());
    deadline.place_ = heap_.size();
    heap_.push_back(&deadline);
  }
  Settle(deadline.place_);
}

Deadline* DeadlineHeap::PopDue(Timestamp now) {
  if (Next() > now || heap_.empty()) return nullptr;
  Deadline* due = heap_.front();
  Remove(*due);
  return due;
}

void DeadlineHeap::Take(size_t place) {
  heap_[place]->place_ = Deadline::kNowhere;
  Deadline* last = heap_.back();
  heap_.pop_back();
  if (place == heap_.size()) return;
  Put(place, last);
  Settle(place);
}

void DeadlineHeap::Put(size_t place, Deadline* deadline) {
  heap_[place] = deadline;
  deadline->place_ = place;
}

void DeadlineHeap::Settle(size_t place) {
  Deadline* deadline = heap_[place];
  while (place > 0 && deadline->at_ < heap_[(place - 1) / 2]->at_) {
    Put(place, heap_[(place - 1) / 2]);
    place = (place - 1) / 2;
  }
  for (size_t child; (child = 2 * place + 1) < heap_.size(); place = child) {
    if (child + 1 < heap_.size() && heap_[child + 1]->at_ < heap_[child]->at_) ++child;
    if (deadline->at_ <= heap_[child]->at_) break;
    Put(place, heap_[child]);
  }
  Put(place, deadline);
}

}  // namespace parley
