#pragma once

// The server's half of any other transaction (RFC 3261 section 17.2.2): timer J. Sans-IO: the layer
// holds the last response.

#include <cstdint>

#include "mixer/sip/transaction.h"

namespace parley::sip {

class ServerTransaction {
 public:
  enum class State : uint8_t { kTrying, kProceeding, kCompleted, kTerminated };

  ServerTransaction(bool reliable, const TransactionTimes& times)
      : reliable_(reliable), times_(times) {}

  TransactionStep Respond(int status, Timestamp now);
  TransactionStep HandleRetransmission() const;
  TransactionStep HandleTimeout(Timestamp now);
  Timestamp NextTimeout() const { return end_at_; }
  void Terminate();
  State state() const { return state_; }
  bool terminated() const { return state_ == State::kTerminated; }

 private:
  bool reliable_;
  TransactionTimes times_;
  State state_ = State::kTrying;
  Timestamp end_at_ = Timestamp::Never();  // timer J
};

}  // namespace parley::sip
