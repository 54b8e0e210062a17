#pragma once

// The controlling side of ICE for tests (RFC 8445): checks the remote candidates it was given,
// nominates the first that answers, and keeps asking for consent (RFC 7675). It gathers nothing:
// its own address is whatever socket its owner sends from. Bounds: kMaxCandidates. One thread.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sfu/base/random.h"
#include "sfu/base/socket_address.h"
#include "sfu/base/units.h"
#include "sfu/port/media_params.h"
#include "sfu/wire/stun.h"

namespace parley::test {

class IceControlling {
 public:
  static constexpr size_t kMaxCandidates = 16;
  static constexpr Duration kCheckInterval = Duration::Millis(50);
  static constexpr Duration kConsentInterval = Duration::Seconds(5);

  IceControlling(IceParams local, RandomSource& random);

  // Begins (again) with a remote side; checks go to every candidate until one answers.
  void SetRemote(IceParams remote, std::vector<SocketAddress> candidates, Timestamp now);
  // New local credentials (RFC 8445 section 9), used with the next SetRemote.
  void SetLocal(IceParams local) { local_ = std::move(local); }
  // Claims the controlled role in its checks until it is told of the conflict.
  void PretendControlled() { controlling_ = false; }
  // Consent checks as Pion does not send them while media flows.
  void set_consent_checks(bool on) { consent_checks_ = on; }
  // Our address changed: check the selected candidate at once.
  void CheckNow(Timestamp now);

  // The check that is due, in `out`; nothing when none is. `to` is its destination.
  std::span<const uint8_t> NextCheck(Timestamp now, std::span<uint8_t> out, SocketAddress& to);
  void HandleResponse(const StunView& message, const SocketAddress& from, Timestamp now);
  // The far side's own check of us, which a full agent makes (RFC 8445 section 7.3): the answer, in
  // `out`; nothing for one that does not know our password.
  std::span<const uint8_t> AnswerCheck(const StunView& message, const SocketAddress& from,
                                       std::span<uint8_t> out) const;
  Timestamp NextTimeout() const { return next_check_; }

  const std::optional<SocketAddress>& selected() const { return selected_; }
  const IceParams& local() const { return local_; }
  const std::optional<SocketAddress>& mapped_address() const { return mapped_; }
  uint64_t answers() const { return answers_; }
  uint64_t role_conflicts() const { return role_conflicts_; }
  uint64_t errors() const { return errors_; }

 private:
  struct Pending {
    StunTransactionId id{};
    SocketAddress to;
  };

  IceParams local_;
  IceParams remote_;
  RandomSource& random_;
  uint64_t tie_breaker_;
  std::optional<HmacSha1Key> remote_key_;
  std::vector<SocketAddress> candidates_;
  size_t next_candidate_ = 0;
  std::array<Pending, 32> pending_{};  // the latest checks, round robin
  size_t next_pending_ = 0;
  std::optional<SocketAddress> selected_;
  std::optional<SocketAddress> mapped_;
  Timestamp next_check_ = Timestamp::Never();
  bool controlling_ = true;
  bool consent_checks_ = true;
  uint64_t answers_ = 0;
  uint64_t role_conflicts_ = 0;
  uint64_t errors_ = 0;
};

}  // namespace parley::test
