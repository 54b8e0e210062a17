#include "mixer/sip/client_transaction.h"

namespace parley::sip {

ClientTransaction::ClientTransaction(bool reliable, const TransactionTimes& times, Timestamp now)
    : reliable_(reliable),
      times_(times),
      pause_(times.t1),
      resend_at_(reliable ? Timestamp::Never() : now + times.t1),
      end_at_(now + times.give_up()) {}

TransactionStep ClientTransaction::HandleResponse(int status, Timestamp now) {
  if (state_ != State::kTrying && state_ != State::kProceeding) return {};
  if (status < 200) {
    state_ = State::kProceeding;
    return {.deliver = true};
  }
  Terminate();
  if (!reliable_) {
    state_ = State::kCompleted;
    end_at_ = now + times_.t4;
  }
  return {.deliver = true};
}

TransactionStep ClientTransaction::HandleTimeout(Timestamp now) {
  if (now >= end_at_) {
    const bool unanswered = state_ != State::kCompleted;
    Terminate();
    return {.timed_out = unanswered};
  }
  if (now < resend_at_) return {};
  pause_ = state_ == State::kProceeding ? times_.t2 : std::min(pause_ * 2, times_.t2);
  resend_at_ = now + pause_;
  return {.send = true};
}

void ClientTransaction::Terminate() {
  state_ = State::kTerminated;
  resend_at_ = Timestamp::Never();
  end_at_ = Timestamp::Never();
}

}  // namespace parley::sip
