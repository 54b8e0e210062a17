#pragma once

// One participant's wall clock against ours, by the sender reports of all their sources: sound and
// picture of one person are placed by one clock, whatever each waited for on its way. The fastest
// report of the last kWindow is believed. And when anything came of them last. Sans-IO, one thread.

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>

#include "sfu/base/units.h"

namespace parley {

class ParticipantClock {
 public:
  static constexpr size_t kWindow = 64;

  // A report that says `sent` arrived at `at`. When it was sent, on our clock.
  Timestamp Place(WallTime sent, Timestamp at) {
    const Duration offset = Duration::Micros(at.us() - sent.unix_us());
    offsets_.push_back(offset);
    if (offsets_.size() > kWindow) offsets_.pop_front();
    return Timestamp::Micros(sent.unix_us() + std::ranges::min(offsets_).us());
  }

  void Hear(Timestamp at) { heard_at_ = at; }
  // The last packet of any of their sources.
  Timestamp heard_at() const { return heard_at_; }

 private:
  std::deque<Duration> offsets_;
  Timestamp heard_at_;
};

}  // namespace parley
