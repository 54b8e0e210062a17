#pragma once

// The lite agent of RFC 8445 (section 2.5), always controlled: answers checks, follows the peer's
// nomination, and knows whether the peer still consents to receive (RFC 7675). Sends nothing of its
// own accord. Bounds: kMaxRemoteAddresses. One thread.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "sfu/base/socket_address.h"
#include "sfu/base/units.h"
#include "sfu/port/media_params.h"
#include "sfu/wire/hmac_sha1.h"

namespace parley {

class StunView;

class IceLite {
 public:
  static constexpr size_t kMaxRemoteAddresses = 8;
  static constexpr Duration kConsentTimeout = Duration::Seconds(30);  // RFC 7675 section 5.1
  static constexpr size_t kMaxAnswer = 160;                           // bytes

  // What came of one STUN message.
  struct Outcome {
    std::span<const uint8_t> answer;  // in the caller's buffer; empty: send nothing
    bool valid = false;               // an authenticated check that succeeded
    bool new_address = false;         // `from` was not known before
    bool selected_changed = false;
    bool old_credentials_retired = false;      // first check with those of a restart
    std::optional<SocketAddress> forgotten;    // made room for `from`
    std::optional<std::string> retired_ufrag;  // the one before a restart: no longer answered
  };

  struct Counters {
    uint64_t checks = 0;           // valid
    uint64_t unauthenticated = 0;  // missing or wrong MESSAGE-INTEGRITY or USERNAME
    uint64_t malformed = 0;        // no request, no FINGERPRINT, unknown attributes
    uint64_t role_conflicts = 0;
  };

  IceLite(IceParams local, IceParams remote, Timestamp now);

  // `answer_buffer` needs kMaxAnswer bytes. An answer to a request that was not authenticated is
  // never larger than the request.
  Outcome HandleStun(const StunView& message, size_t message_size, const SocketAddress& from,
                     Timestamp now, std::span<uint8_t> answer_buffer);
  // An authenticated packet came from `from`: it counts as consent.
  void NoteAuthenticated(Timestamp now) { last_consent_ = now; }

  // RFC 8445 section 9: the old local credentials go on until the first valid check with the new.
  void Restart(IceParams local, IceParams remote, Timestamp now);
  // The TCP connection was closed, or the address belongs to another transport.
  void Forget(const SocketAddress& address);

  struct Remote {
    SocketAddress address;
    Timestamp last_check;
  };
  // Addresses with a valid check, in no order.
  std::span<const Remote> remotes() const { return std::span(remotes_).first(remote_count_); }
  bool IsKnown(const SocketAddress& address) const;
  // Where to send: the pair nominated last, before any nomination the first valid one.
  const std::optional<SocketAddress>& selected() const { return selected_; }
  bool ConsentExpired(Timestamp now) const { return now >= NextTimeout(); }
  Timestamp NextTimeout() const { return last_consent_ + kConsentTimeout; }

  const IceParams& local() const { return current_.params; }
  const IceParams& remote_params() const { return remote_; }
  // Of before a restart, until the first valid check with the new; null otherwise.
  const IceParams* previous_local() const { return previous_ ? &previous_->params : nullptr; }
  const Counters& counters() const { return counters_; }

 private:
  struct Credentials {
    explicit Credentials(IceParams p);
    IceParams params;
    HmacSha1Key key;
  };

  const Credentials* Find(std::string_view username) const;
  void Select(const SocketAddress& from, bool nominated, Outcome& outcome);
  void Remember(const SocketAddress& from, Timestamp now, Outcome& outcome);

  Credentials current_;
  std::optional<Credentials> previous_;
  IceParams remote_;
  std::array<Remote, kMaxRemoteAddresses> remotes_{};
  size_t remote_count_ = 0;
  std::optional<SocketAddress> selected_;
  Timestamp last_consent_;
  Counters counters_;
};

}  // namespace parley
