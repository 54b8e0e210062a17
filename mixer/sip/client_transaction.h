#pragma once

// The client's half of any other transaction (RFC 3261 section 17.1.2): timers E, F and K. Sans-IO:
// the layer holds the request and sends it on construction.

#include <algorithm>
#include <cstdint>

#include "mixer/sip/transaction.h"

namespace parley::sip {

class ClientTransaction {
 public:
  enum class State : uint8_t { kTrying, kProceeding, kCompleted, kTerminated };

  ClientTransaction(bool reliable, const TransactionTimes& times, Timestamp now);

  TransactionStep HandleResponse(int status, Timestamp now);
  TransactionStep HandleTimeout(Timestamp now);
  Timestamp NextTimeout() const { return std::min(resend_at_, end_at_); }
  void Terminate();
  State state() const { return state_; }
  bool terminated() const { return state_ == State::kTerminated; }

 private:
  bool reliable_;
  TransactionTimes times_;
  State state_ = State::kTrying;
  Duration pause_;       // timer E
  Timestamp resend_at_;  // timer E
  Timestamp end_at_;     // timer F or K
};

}  // namespace parley::sip
