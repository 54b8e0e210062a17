#include "mixer/sip/client_invite_transaction.h"

namespace parley::sip {
namespace {

// Timer D: at least 32 s for UDP, whatever T1 is (RFC 3261 section 17.1.1.2).
constexpr Duration kTimerD = Duration::Seconds(32);

}  // namespace

ClientInviteTransaction::ClientInviteTransaction(bool reliable, const TransactionTimes& times,
                                                 Timestamp now)
    : reliable_(reliable),
      times_(times),
      pause_(times.t1),
      resend_at_(reliable ? Timestamp::Never() : now + times.t1),
      end_at_(now + times.give_up()) {}

TransactionStep ClientInviteTransaction::HandleResponse(int status, Timestamp now) {
  const bool open = state_ == State::kCalling || state_ == State::kProceeding;
  if (status < 200) {
    if (!open) return {};
    // What rings may ring for long: the user decides when it has waited enough.
    Enter(State::kProceeding, Timestamp::Never());
    return {.deliver = true};
  }
  if (status < 300) {
    if (open) Enter(State::kAccepted, now + times_.give_up());
    // RFC 6026 section 7.2: every 2xx reaches the user, from whichever fork.
    return {.deliver = state_ == State::kAccepted};
  }
  if (state_ == State::kCompleted) return {.send_ack = true};
  if (!open) return {};
  Enter(reliable_ ? State::kTerminated : State::kCompleted,
        reliable_ ? Timestamp::Never() : now + kTimerD);
  return {.send_ack = true, .deliver = true};
}

TransactionStep ClientInviteTransaction::HandleTimeout(Timestamp now) {
  if (now >= end_at_) {
    const bool unanswered = state_ == State::kCalling;
    Terminate();
    return {.timed_out = unanswered};
  }
  if (now < resend_at_) return {};
  pause_ = pause_ * 2;
  resend_at_ = now + pause_;
  return {.send = true};
}

void ClientInviteTransaction::Terminate() { Enter(State::kTerminated, Timestamp::Never()); }

void ClientInviteTransaction::Enter(State state, Timestamp end_at) {
  state_ = state;
  resend_at_ = Timestamp::Never();
  end_at_ = end_at;
}

}  // namespace parley::sip
