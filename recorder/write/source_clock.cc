#include "recorder/write/source_clock.h"

namespace parley {

int64_t SourceClock::Unwrap(RtpTimestamp timestamp) {
  if (last_) unwrapped_ += timestamp - *last_;
  last_ = timestamp;
  return unwrapped_;
}

void SourceClock::HandleReport(WallTime sent, RtpTimestamp timestamp, Timestamp at) {
  const Timestamp placed = participant_.Place(sent, at);
  const int64_t rtp = last_ ? unwrapped_ + (timestamp - *last_) : Unwrap(timestamp);
  // What arrivals told so far was late by however long they were under way.
  if (!has_reports_) line_ = ClockLine(clock_rate_);
  has_reports_ = true;
  line_.AddSample(rtp, placed);
}

Timestamp SourceClock::Place(RtpTimestamp timestamp, Timestamp at) {
  const int64_t rtp = Unwrap(timestamp);
  const bool due = last_sample_ == Timestamp() || at - last_sample_ >= kArrivalSamples;
  if (!has_reports_ && due) {
    line_.AddSample(rtp, at);
    last_sample_ = at;
  }
  auto placed = line_.Map(rtp);
  if (!placed || *placed - at > kMost || at - *placed > kMost) {
    if (placed) ++jumps_;
    line_ = ClockLine(clock_rate_);
    line_.AddSample(rtp, at);
    has_reports_ = false;
    last_sample_ = at;
    placed = line_.Map(rtp);
  }
  return placed.value_or(at);
}

}  // namespace parley
