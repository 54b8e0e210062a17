#include "sfu/transport/ice_lite.h"

#include <algorithm>
#include <utility>

#include "sfu/wire/stun.h"
#include "sfu/wire/stun_builder.h"

namespace parley {
namespace {

constexpr uint16_t kBadRequest = 400;        // RFC 8489 section 9.1.3
constexpr uint16_t kUnauthenticated = 401;   // likewise
constexpr uint16_t kUnknownAttribute = 420;  // RFC 8489 section 6.3.1
constexpr uint16_t kRoleConflict = 487;      // RFC 8445 section 7.3.1.1

// An answer to somebody unknown, unless it would be larger than the question.
std::span<const uint8_t> Refuse(const StunView& message, size_t message_size, uint16_t code,
                                std::span<uint8_t> out) {
  StunBuilder builder(out, StunClass::kError, message.transaction_id());
  builder.AddErrorCode(code, "");
  std::span<const uint8_t> answer = builder.FinishWithoutIntegrity();
  return answer.size() <= message_size ? answer : std::span<const uint8_t>();
}

}  // namespace

IceLite::Credentials::Credentials(IceParams p) : params(std::move(p)), key(params.pwd) {}

IceLite::IceLite(IceParams local, IceParams remote, Timestamp now)
    : current_(std::move(local)), remote_(std::move(remote)), last_consent_(now) {}

void IceLite::Restart(IceParams local, IceParams remote, Timestamp now) {
  previous_ = std::exchange(current_, Credentials(std::move(local)));
  remote_ = std::move(remote);
  // A new negotiation, a new patience.
  last_consent_ = std::max(last_consent_, now);
}

// USERNAME is "ours:theirs" (RFC 8445 section 7.2.2); the part before the colon selects our
// password.
const IceLite::Credentials* IceLite::Find(std::string_view username) const {
  std::string_view ours = username.substr(0, username.find(':'));
  if (ours.size() == username.size()) return nullptr;
  if (ours == current_.params.ufrag) return &current_;
  if (previous_ && ours == previous_->params.ufrag) return &*previous_;
  return nullptr;
}

IceLite::Outcome IceLite::HandleStun(const StunView& message, size_t message_size,
                                     const SocketAddress& from, Timestamp now,
                                     std::span<uint8_t> answer_buffer) {
  Outcome outcome;
  if (message.message_class() != StunClass::kRequest || message.method() != kStunBinding ||
      !message.has_fingerprint()) {
    ++counters_.malformed;
    return outcome;
  }
  if (!message.username() || !message.has_message_integrity()) {
    ++counters_.unauthenticated;
    outcome.answer = Refuse(message, message_size, kBadRequest, answer_buffer);
    return outcome;
  }
  const Credentials* credentials = Find(*message.username());
  if (!credentials || !message.VerifyIntegrity(credentials->key)) {
    ++counters_.unauthenticated;
    outcome.answer = Refuse(message, message_size, kUnauthenticated, answer_buffer);
    return outcome;
  }

  if (!message.unknown_attributes().empty()) {
    ++counters_.malformed;
    StunBuilder builder(answer_buffer, StunClass::kError, message.transaction_id());
    builder.AddErrorCode(kUnknownAttribute, "");
    builder.AddUnknownAttributes(message.unknown_attributes());
    outcome.answer = builder.Finish(credentials->key);
    return outcome;
  }
  // A lite agent never becomes controlling, so it is always the other one that has to switch.
  if (message.ice_controlled()) {
    ++counters_.role_conflicts;
    StunBuilder builder(answer_buffer, StunClass::kError, message.transaction_id());
    builder.AddErrorCode(kRoleConflict, "");
    outcome.answer = builder.Finish(credentials->key);
    return outcome;
  }

  StunBuilder builder(answer_buffer, StunClass::kSuccess, message.transaction_id());
  builder.AddXorMappedAddress(from);
  outcome.answer = builder.Finish(credentials->key);
  outcome.valid = true;
  ++counters_.checks;
  last_consent_ = now;
  if (previous_ && credentials == &current_) {
    outcome.retired_ufrag = std::move(previous_->params.ufrag);
    previous_.reset();
  }
  Remember(from, now, outcome);
  Select(from, message.use_candidate(), outcome);
  return outcome;
}

void IceLite::Remember(const SocketAddress& from, Timestamp now, Outcome& outcome) {
  auto end = remotes_.begin() + static_cast<std::ptrdiff_t>(remote_count_);
  auto known =
      std::find_if(remotes_.begin(), end, [&](const Remote& r) { return r.address == from; });
  if (known == end) {
    outcome.new_address = true;
    if (remote_count_ < remotes_.size()) {
      ++remote_count_;
    } else {
      // The one not heard of for the longest time makes room, but never the one in use.
      known = std::min_element(remotes_.begin(), end, [&](const Remote& a, const Remote& b) {
        bool a_used = selected_ == a.address, b_used = selected_ == b.address;
        return a_used != b_used ? b_used : a.last_check < b.last_check;
      });
      outcome.forgotten = known->address;
    }
    known->address = from;
  }
  known->last_check = now;
}

// The latest nomination wins, whether the peer nominates once or with every check (RFC 8445 section
// 8.1.1 and the aggressive kind of RFC 5245); this is also how a client moves to another address.
void IceLite::Select(const SocketAddress& from, bool nominated, Outcome& outcome) {
  if (!nominated && selected_) return;
  outcome.selected_changed = selected_ != from;
  selected_ = from;
}

void IceLite::Forget(const SocketAddress& address) {
  auto end = remotes_.begin() + static_cast<std::ptrdiff_t>(remote_count_);
  auto known =
      std::find_if(remotes_.begin(), end, [&](const Remote& r) { return r.address == address; });
  if (known == end) return;
  *known = remotes_[--remote_count_];
  if (selected_ == address) selected_.reset();
}

bool IceLite::IsKnown(const SocketAddress& address) const {
  auto known = remotes();
  return std::any_of(known.begin(), known.end(),
                     [&](const Remote& r) { return r.address == address; });
}

}  // namespace parley
