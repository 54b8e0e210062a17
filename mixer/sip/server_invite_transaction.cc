#include "mixer/sip/server_invite_transaction.h"

namespace parley::sip {

TransactionStep ServerInviteTransaction::Respond(int status, Timestamp now) {
  if (state_ == State::kAccepted && status >= 200 && status < 300) return {.send = true};
  if (state_ != State::kProceeding) return {};
  if (status < 200) return {.send = true};
  Enter(status < 300 ? State::kAccepted : State::kCompleted, now + times_.give_up());
  if (state_ == State::kCompleted && !reliable_) {
    pause_ = times_.t1;
    resend_at_ = now + pause_;
  }
  return {.send = true};
}

TransactionStep ServerInviteTransaction::HandleRetransmission() const {
  return {.send = state_ == State::kProceeding || state_ == State::kCompleted};
}

TransactionStep ServerInviteTransaction::HandleAck(Timestamp now) {
  if (state_ == State::kAccepted) return {.deliver = true};
  if (state_ != State::kCompleted) return {};
  if (reliable_) {
    Terminate();
  } else {
    Enter(State::kConfirmed, now + times_.t4);
  }
  return {};
}

TransactionStep ServerInviteTransaction::HandleTimeout(Timestamp now) {
  if (now >= end_at_) {
    const bool unacknowledged = state_ == State::kCompleted;
    Terminate();
    return {.timed_out = unacknowledged};
  }
  if (now < resend_at_) return {};
  pause_ = std::min(pause_ * 2, times_.t2);
  resend_at_ = now + pause_;
  return {.send = true};
}

void ServerInviteTransaction::Enter(State state, Timestamp end_at) {
  state_ = state;
  resend_at_ = Timestamp::Never();
  end_at_ = end_at;
}

}  // namespace parley::sip
