#pragma once

// The server's half of an INVITE transaction (RFC 3261 section 17.2.1 with RFC 6026): timers G, H,
// I and L. Sans-IO: the layer holds the last response. A 2xx is the user's to send again until its
// ACK.

#include <algorithm>
#include <cstdint>

#include "mixer/sip/transaction.h"

namespace parley::sip {

class ServerInviteTransaction {
 public:
  enum class State : uint8_t { kProceeding, kCompleted, kConfirmed, kAccepted, kTerminated };

  ServerInviteTransaction(bool reliable, const TransactionTimes& times)
      : reliable_(reliable), times_(times) {}

  // The user's response; sent as long as the state lets it be.
  TransactionStep Respond(int status, Timestamp now);
  TransactionStep HandleRetransmission() const;
  // The ACK of a refusal ends here; that of a 2xx is the user's.
  TransactionStep HandleAck(Timestamp now);
  TransactionStep HandleTimeout(Timestamp now);
  Timestamp NextTimeout() const { return std::min(resend_at_, end_at_); }
  void Terminate() { Enter(State::kTerminated, Timestamp::Never()); }
  State state() const { return state_; }
  bool terminated() const { return state_ == State::kTerminated; }

 private:
  void Enter(State state, Timestamp end_at);

  bool reliable_;
  TransactionTimes times_;
  State state_ = State::kProceeding;
  Duration pause_;                            // timer G
  Timestamp resend_at_ = Timestamp::Never();  // timer G
  Timestamp end_at_ = Timestamp::Never();     // timer H, I or L
};

}  // namespace parley::sip
