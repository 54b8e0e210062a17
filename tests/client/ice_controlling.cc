#include "tests/client/ice_controlling.h"

#include <algorithm>
#include <utility>

#include "sfu/base/check.h"
#include "sfu/wire/stun_builder.h"

namespace parley::test {
namespace {

// RFC 8445 section 5.1.2.1 for a peer-reflexive candidate.
constexpr uint32_t kPriority = 110u << 24 | 65535u << 8 | 255u;

}  // namespace

IceControlling::IceControlling(IceParams local, RandomSource& random)
    : local_(std::move(local)), random_(random), tie_breaker_(random.U64()) {}

void IceControlling::SetRemote(IceParams remote, std::vector<SocketAddress> candidates,
                               Timestamp now) {
  PARLEY_CHECK(candidates.size() <= kMaxCandidates);
  remote_ = std::move(remote);
  remote_key_.emplace(remote_.pwd);
  candidates_ = std::move(candidates);
  next_candidate_ = 0;
  selected_.reset();
  next_check_ = candidates_.empty() ? Timestamp::Never() : now;
}

void IceControlling::CheckNow(Timestamp now) {
  if (remote_key_ && !candidates_.empty()) next_check_ = now;
}

std::span<const uint8_t> IceControlling::NextCheck(Timestamp now, std::span<uint8_t> out,
                                                   SocketAddress& to) {
  if (now < next_check_ || !remote_key_ || candidates_.empty()) return {};
  if (selected_) {
    to = *selected_;
    next_check_ = now + kConsentInterval;
    if (!consent_checks_) next_check_ = Timestamp::Never();
  } else {
    to = candidates_[next_candidate_++ % candidates_.size()];
    next_check_ = now + kCheckInterval;
  }
  Pending& pending = pending_[next_pending_++ % pending_.size()];
  random_.Fill(pending.id);
  pending.to = to;
  StunBuilder builder(out, StunClass::kRequest, pending.id);
  builder.AddUsername(remote_.ufrag + ":" + local_.ufrag);
  builder.AddPriority(kPriority);
  if (controlling_) {
    builder.AddIceControlling(tie_breaker_);
    builder.AddUseCandidate();
  } else {
    builder.AddIceControlled(tie_breaker_);
  }
  return builder.Finish(*remote_key_);
}

std::span<const uint8_t> IceControlling::AnswerCheck(const StunView& message,
                                                     const SocketAddress& from,
                                                     std::span<uint8_t> out) const {
  const HmacSha1Key key(local_.pwd);
  if (message.message_class() != StunClass::kRequest || !message.VerifyIntegrity(key)) return {};
  StunBuilder builder(out, StunClass::kSuccess, message.transaction_id());
  builder.AddXorMappedAddress(from);
  return builder.Finish(key);
}

void IceControlling::HandleResponse(const StunView& message, const SocketAddress& from,
                                    Timestamp now) {
  auto pending = std::find_if(pending_.begin(), pending_.end(), [&](const Pending& p) {
    return p.id == message.transaction_id() && p.to == from;
  });
  if (pending == pending_.end()) return;
  if (message.message_class() == StunClass::kError) {
    ++errors_;
    if (message.error_code() && message.error_code()->code == 487) {
      ++role_conflicts_;
      controlling_ = true;
      next_check_ = now;
    }
    return;
  }
  if (message.message_class() != StunClass::kSuccess || !remote_key_ ||
      !message.VerifyIntegrity(*remote_key_)) {
    return;
  }
  ++answers_;
  mapped_ = message.xor_mapped_address();
  if (!selected_) {
    selected_ = from;
    next_check_ = consent_checks_ ? now + kConsentInterval : Timestamp::Never();
  }
}

}  // namespace parley::test
