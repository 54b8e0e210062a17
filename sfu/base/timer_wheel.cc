#include "sfu/base/timer_wheel.h"

#include <algorithm>
#include <bit>

#include "sfu/base/check.h"

namespace parley {

TimerWheel::TimerWheel(size_t capacity, Timestamp now) : entries_(capacity), tick_(now.ms()) {
  PARLEY_CHECK(capacity < kNone);
  buckets_.fill(kNone);
}

void TimerWheel::Set(Id id, Timestamp deadline) {
  Entry& entry = entries_[id];
  if (entry.deadline == deadline) return;
  if (entry.bucket != kUnlinked) Unlink(id);
  entry.deadline = deadline;
  if (deadline.IsNever()) return;
  // Past deadlines go where the next Advance looks first.
  Link(id, static_cast<uint16_t>(std::max(deadline.ms(), tick_) % kBuckets));
}

void TimerWheel::Link(Id id, uint16_t bucket) {
  Entry& entry = entries_[id];
  Id& head = Head(bucket);
  entry.bucket = bucket;
  entry.previous = kNone;
  entry.next = head;
  if (head != kNone) entries_[head].previous = id;
  head = id;
  if (bucket != kDue) occupied_[bucket / 64] |= uint64_t{1} << bucket % 64;
}

void TimerWheel::Unlink(Id id) {
  Entry& entry = entries_[id];
  Id& head = Head(entry.bucket);
  if (entry.previous != kNone) {
    entries_[entry.previous].next = entry.next;
  } else {
    head = entry.next;
  }
  if (entry.next != kNone) entries_[entry.next].previous = entry.previous;
  if (head == kNone && entry.bucket != kDue) {
    occupied_[entry.bucket / 64] &= ~(uint64_t{1} << entry.bucket % 64);
  }
  entry.bucket = kUnlinked;
}

void TimerWheel::CollectDue(Timestamp now) {
  const int64_t last = now.ms();
  if (last < tick_) return;
  // After a long sleep one round visits every bucket.
  const int64_t ticks = std::min<int64_t>(last - tick_ + 1, kBuckets);
  for (int64_t i = 0; i < ticks; ++i) {
    const auto bucket =
        static_cast<uint16_t>((last - ticks + 1 + i) % static_cast<int64_t>(kBuckets));
    for (Id id = buckets_[bucket]; id != kNone;) {
      const Id next = entries_[id].next;
      if (entries_[id].deadline <= now) {
        Unlink(id);
        Link(id, kDue);
      }
      id = next;
    }
  }
  // The tick of `now` itself is not over: deadlines later within it are still to come.
  tick_ = last;
}

Timestamp TimerWheel::NextDeadline() const {
  if (due_ != kNone) return entries_[due_].deadline;
  const auto start = static_cast<size_t>(tick_ % static_cast<int64_t>(kBuckets));
  for (size_t step = 0; step < kBuckets;) {
    const size_t bucket = (start + step) % kBuckets;
    const uint64_t word = occupied_[bucket / 64] >> bucket % 64;
    if (word == 0) {
      step += 64 - bucket % 64;
      continue;
    }
    step += static_cast<size_t>(std::countr_zero(word));
    if (step >= kBuckets) break;
    Timestamp earliest = Timestamp::Never();
    for (Id id = buckets_[(start + step) % kBuckets]; id != kNone; id = entries_[id].next) {
      earliest = std::min(earliest, entries_[id].deadline);
    }
    // Later rounds of this bucket wait: a nearer deadline may stand in a bucket behind it.
    if (earliest.ms() < tick_ + static_cast<int64_t>(kBuckets)) return earliest;
    ++step;
  }
  for (uint64_t word : occupied_) {
    if (word != 0) return Timestamp::Millis(tick_ + static_cast<int64_t>(kBuckets));
  }
  return Timestamp::Never();
}

}  // namespace parley
