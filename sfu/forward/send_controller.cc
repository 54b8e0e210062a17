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

void SendController::Control(Timestamp now) {
  pacer_.SetRate(known() ? estimate() * kPacingFactor : kUnpaced, now);
  if (pacer_.probing() || wanted_ == Bitrate() || !active(now)) return;
  if (auto cluster = estimator_.PollProbe(now)) {
    ++probes_;
    pacer_.StartProbe(*cluster, now);
  }
}

void SendController::Hold(Timestamp now) {
  held_ = estimator_.IsOverfull() && now - last_sent_ < kHeldInterval;
  pacer_.Hold(held_);
}

bool SendController::MayPass(bool retransmission, Timestamp now) {
  Hold(now);
  return pacer_.MayPass(retransmission, now);
}

std::optional<Pacer::Departure> SendController::Poll(Timestamp now) {
  Hold(now);
  return pacer_.Poll(now);
}

void SendController::Schedule(Timestamp now) {
  if (held_) {
    next_timeout_ = pacer_.empty() ? Timestamp::Never() : last_sent_ + kHeldInterval;
  } else {
    next_timeout_ = pacer_.NextTimeout(now);
  }
}

}  // namespace parley
