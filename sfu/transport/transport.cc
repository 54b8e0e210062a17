#include "sfu/transport/transport.h"

#include <algorithm>

#include "sfu/base/check.h"
#include "sfu/base/prefetch.h"
#include "sfu/wire/stun.h"

namespace parley {

Transport::Transport(Demux& demux, const DtlsContext& dtls, TransportSlot slot,
                     const TransportParams& params, Timestamp now)
    : demux_(demux),
      slot_(slot),
      ice_(params.local_ice, params.remote_ice, now),
      dtls_(dtls, params.local_dtls_role, params.remote_fingerprints) {
  demux_.AddUfrag(params.local_ice.ufrag, slot_);
}

Transport::~Transport() {
  demux_.RemoveUfrag(ice_.local().ufrag, slot_);
  if (const IceParams* previous = ice_.previous_local()) demux_.RemoveUfrag(previous->ufrag, slot_);
  for (const IceLite::Remote& r : ice_.remotes()) demux_.RemoveAddress(r.address, slot_);
}

void Transport::HandleStun(const StunView& message, size_t packet_size, const SocketAddress& from,
                           Timestamp now) {
  // Another transport's address, whose peer still consents, is not taken away from it.
  if (!demux_.CanAdd(from, slot_)) return;
  IceLite::Outcome outcome = ice_.HandleStun(message, packet_size, from, now, answer_);
  answer_size_ = outcome.answer.size();
  answer_to_ = from;
  if (!outcome.valid) return;
  if (outcome.retired_ufrag) demux_.RemoveUfrag(*outcome.retired_ufrag, slot_);
  if (outcome.forgotten) demux_.RemoveAddress(*outcome.forgotten, slot_);
  if (outcome.new_address) PARLEY_CHECK(demux_.AddAddress(from, slot_));
  if (consent_lost_) {
    consent_lost_ = false;
    if (connected_) Push(Event::kConnected);
  }
  if (outcome.selected_changed) Push(Event::kRemoteChanged);
  UpdateCanSend();
  dtls_.Start(now);
  AfterDtls();
}

void Transport::HandleDtls(std::span<const uint8_t> datagram, const SocketAddress& from,
                           Timestamp now) {
  if (!ice_.IsKnown(from)) {
    ++counters_.dtls_unchecked;
    return;
  }
  dtls_.HandleDatagram(datagram, now);
  AfterDtls();
}

// Takes notice of what DTLS has come to.
void Transport::AfterDtls() {
  switch (dtls_.state()) {
    case DtlsEndpoint::State::kConnected:
      if (connected_) return;
      srtp_.emplace(*dtls_.srtp_keys());
      dtls_.DropKeys();
      connected_ = true;
      Push(Event::kConnected);
      break;
    case DtlsEndpoint::State::kClosed:
    case DtlsEndpoint::State::kFailed:
      if (dead_) return;
      dead_ = true;
      Push(dtls_.state() == DtlsEndpoint::State::kClosed ? Event::kDtlsClosed : Event::kDtlsFailed);
      break;
    default:
      return;
  }
  UpdateCanSend();
}

void Transport::UpdateCanSend() {
  can_send_ = connected_ && !dead_ && !consent_lost_ && ice_.selected().has_value();
}

std::optional<size_t> Transport::UnprotectRtp(std::span<uint8_t> packet, Timestamp now) {
  if (!srtp_ || dead_) {
    ++counters_.early_media;
    return std::nullopt;
  }
  std::optional<size_t> size = srtp_->UnprotectRtp(packet, now);
  if (size) ice_.NoteAuthenticated(now);
  return size;
}

std::optional<size_t> Transport::UnprotectRtcp(std::span<uint8_t> packet, Timestamp now) {
  if (!srtp_ || dead_) {
    ++counters_.early_media;
    return std::nullopt;
  }
  std::optional<size_t> size = srtp_->UnprotectRtcp(packet, now);
  if (size) ice_.NoteAuthenticated(now);
  return size;
}

std::optional<size_t> Transport::ProtectRtp(std::span<uint8_t> buffer, size_t size,
                                            Sealing sealing) {
  return can_send_ ? srtp_->ProtectRtp(buffer, size, sealing) : std::nullopt;
}

std::optional<size_t> Transport::ProtectRtcp(std::span<uint8_t> buffer, size_t size) {
  return can_send_ ? srtp_->ProtectRtcp(buffer, size) : std::nullopt;
}

void Transport::PrefetchState() const {
  Prefetch(&can_send_);
  Prefetch(&ice_.selected(), sizeof ice_.selected());
  Prefetch(&srtp_, 64);
}

void Transport::PrefetchKeys(uint32_t ssrc) const {
  if (can_send_) srtp_->PrefetchState(ssrc);
}

void Transport::RestartIce(const IceParams& local, const IceParams& remote, Timestamp now) {
  if (const IceParams* previous = ice_.previous_local()) demux_.RemoveUfrag(previous->ufrag, slot_);
  ice_.Restart(local, remote, now);
  demux_.AddUfrag(local.ufrag, slot_);
}

void Transport::HandleTcpClosed(const SocketAddress& address) {
  if (!ice_.IsKnown(address)) return;
  demux_.RemoveAddress(address, slot_);
  ice_.Forget(address);
  UpdateCanSend();
}

void Transport::Close() {
  dtls_.Close();
  dead_ = true;
  UpdateCanSend();
}

std::optional<Transport::Datagram> Transport::PollDatagram() {
  if (answer_size_ > 0) {
    std::span<const uint8_t> bytes = std::span(answer_).first(answer_size_);
    answer_size_ = 0;
    return Datagram{answer_to_, bytes};
  }
  // Until somebody proved that it listens, handshake flights wait; the timer sends them later.
  if (!ice_.selected() || consent_lost_) return std::nullopt;
  std::optional<std::span<const uint8_t>> bytes = dtls_.PollDatagram();
  if (!bytes) return std::nullopt;
  return Datagram{*ice_.selected(), *bytes};
}

void Transport::Push(Event event) {
  if (event_count_ > 0 && events_[event_count_ - 1] == event) return;
  PARLEY_CHECK(event_count_ < events_.size());
  events_[event_count_++] = event;
}

std::optional<Transport::Event> Transport::PollEvent() {
  if (event_count_ == 0) return std::nullopt;
  Event event = events_[0];
  std::copy(events_.begin() + 1, events_.begin() + static_cast<std::ptrdiff_t>(event_count_),
            events_.begin());
  --event_count_;
  return event;
}

Timestamp Transport::NextTimeout() const {
  if (dead_) return Timestamp::Never();
  Timestamp consent = consent_lost_ ? Timestamp::Never() : ice_.NextTimeout();
  return std::min(consent, dtls_.NextTimeout());
}

void Transport::HandleTimeout(Timestamp now) {
  if (dead_) return;
  dtls_.HandleTimeout(now);
  AfterDtls();
  if (!dead_ && !consent_lost_ && ice_.ConsentExpired(now)) {
    consent_lost_ = true;
    Push(Event::kConsentExpired);
    UpdateCanSend();
  }
}

}  // namespace parley
