#pragma once

// One peer connection below the media: ICE lite, DTLS, SRTP. Bytes in, bytes and events out; no
// socket, no clock. Enters its ufrags and its peer's checked addresses into the worker's Demux by
// itself and takes them out on destruction. After every Handle call and protect failure the worker
// drains PollDatagram and PollEvent and rearms NextTimeout. DTLS and SRTP count only from an
// address with a valid check. Allocates during join, and at the first packet of each
// SSRC. One thread: its worker's.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "sfu/base/socket_address.h"
#include "sfu/base/units.h"
#include "sfu/port/events.h"
#include "sfu/port/media_params.h"
#include "sfu/transport/demux.h"
#include "sfu/transport/dtls_endpoint.h"
#include "sfu/transport/ice_lite.h"
#include "sfu/transport/srtp_session.h"

namespace parley {

class StunView;

class Transport {
 public:
  enum class Event : uint8_t {
    kConnected,       // ICE and DTLS are done: media can flow both ways
    kRemoteChanged,   // remote() is another address now
    kConsentExpired,  // nothing may be sent any more; RestartIce or a valid check revives it
    kDtlsClosed,      // the peer's close_notify; final
    kDtlsFailed,      // final
  };
  struct Datagram {
    SocketAddress to;
    std::span<const uint8_t> bytes;  // valid until the next call of anything here
  };
  struct Counters {
    uint64_t dtls_unchecked = 0;  // DTLS from an address without a valid check
    uint64_t early_media = 0;     // SRTP before the keys, or from an unchecked address
  };

  // `demux` and `dtls` outlive this. `slot` is this transport's place in the worker's table. Only
  // ICE, DTLS role and fingerprints of `params` are used.
  Transport(Demux& demux, const DtlsContext& dtls, TransportSlot slot,
            const TransportParams& params, Timestamp now);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  // `packet_size`: of the datagram that `message` views.
  void HandleStun(const StunView& message, size_t packet_size, const SocketAddress& from,
                  Timestamp now);
  void HandleDtls(std::span<const uint8_t> datagram, const SocketAddress& from, Timestamp now);

  // In place; the size of the plain packet. `from` must be the address the Demux was asked for.
  std::optional<size_t> UnprotectRtp(std::span<uint8_t> packet, Timestamp now);
  std::optional<size_t> UnprotectRtcp(std::span<uint8_t> packet, Timestamp now);
  // `size` bytes of plain packet and kSrtpMaxTrailer behind; nothing unless can_send().
  std::optional<size_t> ProtectRtp(std::span<uint8_t> buffer, size_t size,
                                   Sealing sealing = Sealing::kNow);
  std::optional<size_t> ProtectRtcp(std::span<uint8_t> buffer, size_t size);

  // Two steps ahead of ProtectRtp: what lies here, and, when that has come, the keys.
  void PrefetchState() const;
  void PrefetchKeys(uint32_t ssrc) const;

  // RFC 8445 section 9. DTLS and SRTP go on.
  void RestartIce(const IceParams& local, const IceParams& remote, Timestamp now);
  // The ICE-TCP connection with this address is gone.
  void HandleTcpClosed(const SocketAddress& address);
  // Queues close_notify; poll once more, then destroy.
  void Close();

  std::optional<Datagram> PollDatagram();
  std::optional<Event> PollEvent();
  Timestamp NextTimeout() const;
  void HandleTimeout(Timestamp now);

  // Keys are there, somebody listens and consents.
  bool can_send() const { return can_send_; }
  // Where protected packets go.
  const std::optional<SocketAddress>& remote() const { return ice_.selected(); }

  const Counters& counters() const { return counters_; }
  const IceLite::Counters& ice_counters() const { return ice_.counters(); }
  // Zero before DTLS is done.
  SrtpCounters srtp_counters() const { return srtp_ ? srtp_->counters() : SrtpCounters(); }

 private:
  static constexpr size_t kMaxEvents = 8;

  void Push(Event event);
  void AfterDtls();
  void UpdateCanSend();

  Demux& demux_;
  TransportSlot slot_;
  IceLite ice_;
  DtlsEndpoint dtls_;
  std::optional<SrtpSession> srtp_;
  std::array<uint8_t, IceLite::kMaxAnswer> answer_;
  size_t answer_size_ = 0;
  SocketAddress answer_to_;
  std::array<Event, kMaxEvents> events_{};
  size_t event_count_ = 0;
  bool can_send_ = false;
  bool connected_ = false;
  bool consent_lost_ = false;
  bool dead_ = false;
  Counters counters_;
};

}  // namespace parley
