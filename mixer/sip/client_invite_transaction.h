#pragma once

// The client's half of an INVITE transaction (RFC 3261 section 17.1.1 with RFC 6026): timers A, B,
// D and M. Sans-IO: the layer holds the request and sends it on construction.

#include <algorithm>
#include <cstdint>

#include "mixer/sip/transaction.h"

namespace parley::sip {

class ClientInviteTransaction {
 public:
  enum class State : uint8_t { kCalling, kProceeding, kCompleted, kAccepted, kTerminated };

  ClientInviteTransaction(bool reliable, const TransactionTimes& times, Timestamp now);

  TransactionStep HandleResponse(int status, Timestamp now);
  TransactionStep HandleTimeout(Timestamp now);
  Timestamp NextTimeout() const { return std::min(resend_at_, end_at_); }
  void Terminate();
  State state() const { return state_; }
  bool terminated() const { return state_ == State::kTerminated; }

 private:
  void Enter(State state, Timestamp end_at);

  bool reliable_;
  TransactionTimes times_;
  State state_ = State::kCalling;
  Duration pause_;       // timer A
  Timestamp resend_at_;  // timer A
  Timestamp end_at_;     // timer B, D or M
};

}  // namespace parley::sip
