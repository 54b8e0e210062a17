#pragma once

// One participant's wall clock against ours, by the sender reports of all their sources: sound and
// picture of one person are placed by one clock, whatever each waited for on its way. The fastest
// report of the last kWindow is believed. Where none came, what packets say of their capture is in
// the same way, but for what is far from most of it; beside reports it counts only as far as it
// agrees with them. And when anything came of them last. Sans-IO, one thread.

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>

#include "sfu/base/units.h"

namespace parley {

class ParticipantClock {
 public:
  static constexpr size_t kWindow = 64;
  // A packet that was captured longer ago, or later than it came, was not.
  static constexpr Duration kOldest = Duration::Seconds(10);

  // A report that says `sent` arrived at `at`. When it was sent, on our clock.
  Timestamp Place(WallTime sent, Timestamp at) {
    Add(reports_, sent, at);
    return OnOurs(sent, std::ranges::min(reports_));
  }
  // A packet that says `captured`, by the clock of the reports, arrived at `at`. When that was, on
  // our clock.
  std::optional<Timestamp> PlaceCapture(WallTime captured, Timestamp at) {
    Add(captures_, captured, at);
    const Timestamp placed =
        OnOurs(captured, reports_.empty() ? LeastUsual(captures_) : std::ranges::min(reports_));
    if (placed > at || at - placed > kOldest) return std::nullopt;
    return placed;
  }

  // Until then captures were placed by the fastest of themselves, which was longer on its way: it
  // had to be encoded.
  bool has_reports() const { return !reports_.empty(); }

  void HearInTime(Timestamp at) { in_time_at_ = at; }
  // The last packet of any of their sources that the network did not hold back.
  Timestamp in_time_at() const { return in_time_at_; }

 private:
  using Offsets = std::deque<Duration>;  // of our clock against theirs, and the way here

  static void Add(Offsets& offsets, WallTime theirs, Timestamp at) {
    offsets.push_back(Duration::Micros(at.us() - theirs.unix_us()));
    if (offsets.size() > kWindow) offsets.pop_front();
  }
  static Timestamp OnOurs(WallTime theirs, Duration offset) {
    return Timestamp::Micros(theirs.unix_us() + offset.us());
  }
  static Duration LeastUsual(Offsets offsets) {
    std::ranges::sort(offsets);
    const Duration median = offsets[offsets.size() / 2];
    return *std::ranges::lower_bound(offsets, median - kOldest);
  }

  Offsets reports_;
  Offsets captures_;
  Timestamp in_time_at_;
};

}  // namespace parley
