#include "mixer/audio/address_latch.h"

#include <algorithm>

namespace parley {
namespace {

// A run may have holes of this many lost packets.
constexpr int kLargestHole = 3;

}  // namespace

bool AddressLatch::HandleRtp(const SocketAddress& from, Ssrc ssrc, SeqNum seq, Timestamp now) {
  if (!first_at_) first_at_ = now;
  const bool learning = learn_ && now - *first_at_ < kLearningTime;
  if (from == named_) {
    // Also after a stranger was followed, as long as there is still something to learn.
    if (locked_ && remote_ != named_ && !learning) return false;
    remote_ = named_;
    locked_ = true;
    return true;
  }
  if (locked_) return from == remote_;
  if (!learning || !Prove(from, ssrc, seq)) return false;
  remote_ = from;
  locked_ = true;
  return true;
}

bool AddressLatch::Prove(const SocketAddress& from, Ssrc ssrc, SeqNum seq) {
  auto candidate = std::ranges::find_if(candidates_, [&](const Candidate& c) {
    return c.packets > 0 && c.from == from && c.ssrc == ssrc;
  });
  if (candidate == candidates_.end()) {
    candidate = candidates_.begin() + static_cast<ptrdiff_t>(next_candidate_);
    next_candidate_ = (next_candidate_ + 1) % candidates_.size();
    *candidate = {from, ssrc, seq, 1};
    return false;
  }
  const int step = seq - candidate->seq;
  if (step >= 1 && step <= kLargestHole) {
    ++candidate->packets;
  } else if (step > kLargestHole || step < -kLargestHole) {
    candidate->packets = 1;
  }
  if (step > 0 || candidate->packets == 1) candidate->seq = seq;
  return candidate->packets >= kProbation;
}

}  // namespace parley
