#include "sfu/congestion/probe_controller.h"

namespace parley {
namespace {

constexpr double kFirstStep = 3;
constexpr double kStep = 2;
constexpr int kInitialSteps = 2;
// A probe that shows this share of its rate went through.
constexpr double kSuccess = 0.7;
// And it must have brought this much for the next to follow at once.
constexpr double kGain = 1.1;
// Without a result after this, and a round trip, there will be none.
constexpr Duration kResultTimeout = Duration::Millis(1000);
// Trying again what a passing disturbance took: a little less than it was.
constexpr Duration kRecoveryDelay = Duration::Millis(2500);
constexpr double kRecoveryShare = 0.85;
// If that is this much more; else an ordinary step tells more.
constexpr double kWorthRecovery = 1.25;
// What is wanted beyond the estimate must be worth a probe.
constexpr double kWorth = 1.05;
// Somewhat above what is wanted, so that the estimate does not end just below it.
constexpr double kHeadroom = 1.5;

}  // namespace

std::optional<ProbeCluster> ProbeController::Poll(const Input& input, Timestamp now) {
  if (waiting_ && now - *sent_at_ > kResultTimeout + input.round_trip) {
    if (length_ == kMostLength) Fail();
    length_ = std::min(length_ * 3, kMostLength);
    waiting_ = false;
  }
  if (waiting_ || input.congested) {
    if (input.congested) step_now_ = false;
    return std::nullopt;
  }
  const Bitrate most = input.wanted * kHeadroom;
  if (input.estimate * kWorth >= most) return std::nullopt;
  if (initial_steps_ < kInitialSteps) {
    const double step = initial_steps_ == 0 ? kFirstStep : kStep;
    ++initial_steps_;
    return Begin(std::min(input.estimate * step, most), input.estimate, now);
  }
  if (!tried_recovery_ && now - *dropped_at_ >= kRecoveryDelay) {
    tried_recovery_ = true;
    // A link that stayed narrow must not be given a queue of a quarter of a second.
    const Bitrate again =
        std::min({before_drop_ * kRecoveryShare, input.estimate * kFirstStep, most});
    if (again > input.estimate * kWorthRecovery) return Begin(again, input.estimate, now);
  }
  // What the last step found must have lasted.
  if (step_now_ && input.estimate < last_rate_ * kSuccess) Fail();
  if (step_now_ || now - *sent_at_ >= interval_) {
    step_now_ = false;
    return Begin(std::min(input.estimate * kStep, most), input.estimate, now);
  }
  return std::nullopt;
}

ProbeCluster ProbeController::Begin(Bitrate rate, Bitrate before, Timestamp now) {
  before_ = before;
  if (++last_id_ == 0) last_id_ = 1;
  last_rate_ = rate;
  sent_at_ = now;
  waiting_ = true;
  return {last_id_, rate, rate * length_};
}

void ProbeController::HandleDrop(Bitrate before, Timestamp now) {
  Fail();
  if (!dropped_at_ || tried_recovery_) before_drop_ = before;
  dropped_at_ = now;
  tried_recovery_ = false;
}

void ProbeController::HandleResult(ProbeId id, Bitrate result, Timestamp) {
  if (id != last_id_ || !waiting_) return;
  if (result <= last_rate_ * kSuccess || result <= before_ * kGain) {
    length_ = std::max(length_, kSecondLength);
    return Fail();
  }
  waiting_ = false;
  step_now_ = true;
  interval_ = kLeastInterval;
}

void ProbeController::Fail() {
  waiting_ = false;
  step_now_ = false;
  interval_ = std::min(interval_ * 2, kMostInterval);
}

}  // namespace parley
