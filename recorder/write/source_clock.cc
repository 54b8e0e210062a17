#include "recorder/write/source_clock.h"

#include <algorithm>

namespace parley {

int64_t SourceClock::Unwrap(RtpTimestamp timestamp) {
  if (last_) unwrapped_ += timestamp - *last_;
  last_ = timestamp;
  return unwrapped_;
}

void SourceClock::HandleReport(WallTime sent, RtpTimestamp timestamp, Timestamp at) {
  const Timestamp placed = participant_.Place(sent, at);
  const Duration behind = BehindBy(timestamp, placed);
  // Of a microphone that is off they tell an RTP time that stands.
  const bool is_heard = heard_at_ && at - *heard_at_ <= kLost;
  const bool is_behind = is_heard && behind > kLost;
  const bool has_stood = (is_behind && was_behind_) || (is_unsure() && behind > kLate);
  was_behind_ = is_behind && !has_stood;
  AddSample(timestamp, placed, has_stood);
}

void SourceClock::HandleCapture(WallTime captured, RtpTimestamp timestamp, Timestamp at) {
  const auto placed = participant_.PlaceCapture(captured, at);
  if (!placed) return;
  const bool may_have_stood = is_unsure() || WasSilent(at);
  AddSample(timestamp, *placed, may_have_stood && BehindBy(timestamp, *placed) > kLate);
  // The silence is explained: however late this packet is, it was under way for so long.
  if (may_have_stood) heard_at_ = at;
}

void SourceClock::AddSample(RtpTimestamp timestamp, Timestamp placed, bool has_stood) {
  const int64_t rtp = last_ ? unwrapped_ + (timestamp - *last_) : Unwrap(timestamp);
  watched_until_.reset();
  if (has_stood) {
    ++jumps_;
    by_ = By::kArrivals;
  }
  // What arrivals told so far was late by however long they were under way.
  const By by = participant_.has_reports() ? By::kReports : By::kCapturesAlone;
  if (by > by_) {
    const Duration step = BehindBy(timestamp, placed);
    if (by_ == By::kCapturesAlone && step >= -kSlewed && step <= kSlewed) {
      line_.ForgetSamples();
    } else {
      line_ = ClockLine(clock_rate_);
    }
  }
  by_ = by;
  line_.AddSample(rtp, placed);
}

Duration SourceClock::BehindBy(RtpTimestamp timestamp, Timestamp placed) const {
  const auto told = last_ ? line_.Map(unwrapped_ + (timestamp - *last_)) : std::nullopt;
  return told ? placed - *told : Duration::Zero();
}

Timestamp SourceClock::Place(RtpTimestamp timestamp, Timestamp at) {
  Settle(at);
  const int64_t rtp = Unwrap(timestamp);
  const bool due = last_sample_ == Timestamp() || at - last_sample_ >= kArrivalSamples;
  if (by_ == By::kArrivals && due) {
    line_.AddSample(rtp, at);
    last_sample_ = at;
  }
  auto placed = line_.Map(rtp);
  if (!placed || *placed - at > kMost || at - *placed > kMost) {
    if (placed) ++jumps_;
    Restart(rtp, at);
    placed = line_.Map(rtp);
  } else if (StoodStill(at - *placed, at)) {
    ++jumps_;
    Restart(rtp, at - usual_);
    placed = line_.Map(rtp);
  }
  heard_at_ = at;
  if (at - placed.value_or(at) <= kLate) participant_.HearInTime(at);
  return placed.value_or(at);
}

void SourceClock::Restart(int64_t rtp, Timestamp placed) {
  line_ = ClockLine(clock_rate_);
  line_.AddSample(rtp, placed);
  by_ = By::kArrivals;
  last_sample_ = placed;
  watched_until_.reset();
}

bool SourceClock::StoodStill(Duration late, Timestamp at) {
  if (WasSilent(at) && late > kLate) {
    if (at - participant_.in_time_at() < kSilence) return true;
    watched_until_ = at + kWatch;
    least_late_ = late;
  }
  if (!watched_until_) {
    usual_ = std::clamp(late, Duration::Zero(), kLate);
    return false;
  }
  least_late_ = std::min(least_late_, late);
  return false;
}

void SourceClock::Settle(Timestamp now) {
  if (!watched_until_ || now < *watched_until_) return;
  watched_until_.reset();
  if (least_late_ <= kLate) return;
  ++jumps_;
  Restart(unwrapped_, Recall(*last_) + least_late_ - usual_);
}

Timestamp SourceClock::Recall(RtpTimestamp timestamp) const {
  const auto placed = last_ ? line_.Map(unwrapped_ + (timestamp - *last_)) : std::nullopt;
  return placed.value_or(Timestamp());
}

}  // namespace parley
