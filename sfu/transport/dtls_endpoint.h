#pragma once

// One DTLS 1.2 association (RFC 6347) up to the SRTP keys (RFC 5764), sans-IO: datagrams in,
// datagrams and state out, time as an argument. OpenSSL under it never sees a socket or a clock: it
// hands its datagrams to a BIO of ours, and is told from here when to send a flight again. Bounds:
// a flight of kMaxFlight datagrams, kHandshakeDeadline. One thread.

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sfu/base/units.h"
#include "sfu/port/media_params.h"
#include "sfu/transport/dtls_context.h"
#include "sfu/transport/srtp_keys.h"

struct ssl_st;
struct timeval;
struct x509_store_ctx_st;

namespace parley {

class DtlsEndpoint {
 public:
  enum class State : uint8_t {
    kNew,  // client: Start() not called; server: no hello yet
    kHandshaking,
    kConnected,  // the peer's certificate matches and srtp_keys() is there
    kClosed,     // close_notify from either side
    kFailed,     // alert, wrong fingerprint, no common SRTP profile, or out of time
  };

  static constexpr size_t kMtu = 1200;  // bytes of a datagram, RFC 8831 section 5 for the figure
  static constexpr size_t kMaxFlight = 16;
  static constexpr Duration kFirstRetransmission = Duration::Millis(100);
  static constexpr Duration kLastRetransmission = Duration::Millis(3200);
  // Before OpenSSL itself gives up, after its twelfth retransmission.
  static constexpr Duration kHandshakeDeadline = Duration::Seconds(25);

  // Any one of the fingerprints must match the peer's certificate. `context` outlives this.
  DtlsEndpoint(const DtlsContext& context, DtlsRole role,
               std::vector<DtlsFingerprint> remote_fingerprints);
  ~DtlsEndpoint();
  DtlsEndpoint(const DtlsEndpoint&) = delete;
  DtlsEndpoint& operator=(const DtlsEndpoint&) = delete;

  // The client's first flight; nothing for a server or when already started.
  void Start(Timestamp now);
  void HandleDatagram(std::span<const uint8_t> datagram, Timestamp now);
  // Sends close_notify once connected.
  void Close();

  // The next datagram to send; valid until the next call of anything here.
  std::optional<std::span<const uint8_t>> PollDatagram();

  Timestamp NextTimeout() const { return next_timeout_; }
  void HandleTimeout(Timestamp now);

  State state() const { return state_; }
  DtlsRole role() const { return role_; }
  // Set while kConnected.
  const std::optional<SrtpKeys>& srtp_keys() const { return srtp_keys_; }
  // The keys are in use: forget them.
  void DropKeys() { srtp_keys_.reset(); }

  // OpenSSL asks it instead of building a chain: browsers' certificates are self-signed.
  static int VerifyCertificate(x509_store_ctx_st* store, void*);

 private:
  friend struct DtlsBio;
  struct FreeSsl {
    void operator()(ssl_st* ssl) const;
  };
  using Datagram = std::vector<uint8_t>;

  void Advance(Timestamp now);
  void ReadRecords();
  void WriteDatagram(std::span<const uint8_t> datagram);
  bool Retransmit();
  void Rearm(Timestamp now);
  void StopTimers();
  void Fail();
  bool ExportKeys();
  bool MatchesFingerprint(const x509_st* certificate) const;

  std::unique_ptr<ssl_st, FreeSsl> ssl_;
  std::vector<DtlsFingerprint> remote_fingerprints_;
  std::optional<SrtpKeys> srtp_keys_;
  std::span<const uint8_t> incoming_;
  timeval* openssl_timer_ = nullptr;  // inside ssl_
  std::vector<Datagram> flight_;      // the last one written, kept while it may have to go again
  size_t next_to_send_ = 0;
  bool flight_open_ = false;  // the datagram being handled was already answered by some of flight_
  Timestamp next_timeout_ = Timestamp::Never();
  Timestamp deadline_ = Timestamp::Never();
  Duration backoff_ = kFirstRetransmission;
  DtlsRole role_;
  State state_ = State::kNew;
};

}  // namespace parley
