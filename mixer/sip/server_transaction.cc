#include "mixer/sip/server_transaction.h"

namespace parley::sip {

TransactionStep ServerTransaction::Respond(int status, Timestamp now) {
  if (state_ != State::kTrying && state_ != State::kProceeding) return {};
  if (status < 200) {
    state_ = State::kProceeding;
  } else if (reliable_) {
    Terminate();
  } else {
    state_ = State::kCompleted;
    end_at_ = now + times_.give_up();
  }
  return {.send = true};
}

TransactionStep ServerTransaction::HandleRetransmission() const {
  return {.send = state_ == State::kProceeding || state_ == State::kCompleted};
}

TransactionStep ServerTransaction::HandleTimeout(Timestamp now) {
  if (now >= end_at_) Terminate();
  return {};
}

void ServerTransaction::Terminate() {
  state_ = State::kTerminated;
  end_at_ = Timestamp::Never();
}

}  // namespace parley::sip
