#pragma once

// Whose packets a call's are. The address that SDP named is believed at once. A phone behind NAT
// sends from another: that one is followed only when it proves itself by a run of packets of one
// stream, soon after the first packet of all, while the named address is silent. Then the matter is
// closed until the next offer and answer, so nobody can put sound into a call or draw it to
// themselves later. One per leg, on the mixer's thread; nothing allocates.

#include <array>
#include <cstdint>
#include <optional>

#include "sfu/base/ids.h"
#include "sfu/base/seq_num.h"
#include "sfu/base/socket_address.h"
#include "sfu/base/units.h"

namespace parley {

class AddressLatch {
 public:
  // From the first packet of all until nobody new is followed.
  static constexpr Duration kLearningTime = Duration::Seconds(5);
  // Packets in a row that a stranger must send.
  static constexpr int kProbation = 5;

  // With `learn` false only `named` is ever believed.
  explicit AddressLatch(const SocketAddress& named, bool learn = true)
      : named_(named), remote_(named), learn_(learn) {}

  // A well-formed RTP packet of a payload type that was agreed on. Whether it is of the call.
  bool HandleRtp(const SocketAddress& from, Ssrc ssrc, SeqNum seq, Timestamp now);
  // RTCP may come from another port.
  bool MayBeRtcp(const SocketAddress& from) const { return from.ip() == remote_.ip(); }

  // Where to send.
  const SocketAddress& remote() const { return remote_; }
  bool locked() const { return locked_; }
  // Nobody else will be followed until the next offer and answer.
  bool settled(Timestamp now) const {
    return locked_ && (!learn_ || now - *first_at_ >= kLearningTime);
  }

 private:
  struct Candidate {
    SocketAddress from;
    Ssrc ssrc;
    SeqNum seq;
    int packets = 0;
  };

  bool Prove(const SocketAddress& from, Ssrc ssrc, SeqNum seq);

  SocketAddress named_;
  SocketAddress remote_;
  bool learn_;
  bool locked_ = false;
  std::optional<Timestamp> first_at_;
  // Several, so that a flood from one does not keep the true one from proving itself.
  std::array<Candidate, 4> candidates_{};
  size_t next_candidate_ = 0;
};

}  // namespace parley
