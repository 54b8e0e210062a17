#include "sfu/forward/send_controller.h"

#include <algorithm>

namespace parley {
namespace {

// Above the estimate, so that a key frame does not take long and what the encoder scatters around
// its mean passes.
constexpr double kPacingFactor = 1.5;
// While the estimate is a guess, and for receivers that give no feedback, nothing is to wait. The
// pacer's order is kept even then.
constexpr Bitrate kUnpaced = Bitrate::Kbps(1'000'000);
// While everything is held back one packet goes out this often: without one there would be no
// feedback to end it.
constexpr Duration kHeldInterval = Duration::Millis(100);
// In which what waits is to leave.
constexpr Duration kMostQueue = Duration::Millis(400);

}  // namespace

void SendController::HandleSent(DataSize size, bool numbered, Timestamp now) {
  const ProbeId probe = pacer_.HandleSent(size, now);
  if (!numbered || wanted_ == Bitrate()) return;
  if (!first_sent_) first_sent_ = now;
  last_sent_ = now;
  estimator_.HandleSent(size, probe, now);
}

void SendController::HandleFeedback(const TwccView& feedback, Timestamp now) {
  estimator_.HandleFeedback(feedback, now);
  Hold(now);
}

void SendController::HandleNewPath(Timestamp now) {
  estimator_.HandleNewPath();
  first_sent_.reset();
  Control(now);
}

void SendController::SetWanted(Bitrate video, Bitrate audio, Timestamp now) {
  wanted_ = video;
  estimator_.set_wanted(video + audio);
  Control(now);
}

// A key frame larger than the estimate explains must not outlive the histories, even at the price
// of a queue in the network.
Bitrate SendController::Pace(Timestamp now) const {
  if (!known()) return kUnpaced;
  const Bitrate pace = estimate() * kPacingFactor;
  return estimator_.IsCongested(now) ? pace : std::max(pace, pacer_.queued() / kMostQueue);
}

void SendController::Control(Timestamp now) {
  pacer_.SetRate(Pace(now), now);
  if (pacer_.probing() || wanted_ == Bitrate() || !active(now)) return;
  if (auto cluster = estimator_.PollProbe(now)) {
    ++probes_;
    pacer_.StartProbe(*cluster, now);
  }
}

void SendController::Hold(Timestamp now) {
  const bool overfull = estimator_.IsOverfull();
  blocked_ &= overfull;
  held_ = overfull && now - last_sent_ < kHeldInterval;
  pacer_.Hold(held_);
}

bool SendController::MayPass(bool retransmission, Timestamp now) {
  Hold(now);
  return pacer_.MayPass(retransmission, now);
}

std::optional<Pacer::Departure> SendController::Poll(Timestamp now) {
  Hold(now);
  if (blocked_ && !held_ && pacer_.empty()) return Pacer::Departure{.padding = true, .packet = {}};
  return pacer_.Poll(now);
}

void SendController::Schedule(Timestamp now) {
  if (held_ || blocked_) {
    const bool waiting = blocked_ || !pacer_.empty();
    next_timeout_ =
        waiting ? std::max(last_sent_ + kHeldInterval, now + Pacer::kTick) : Timestamp::Never();
  } else {
    next_timeout_ = pacer_.NextTimeout(now);
  }
}

}  // namespace parley
