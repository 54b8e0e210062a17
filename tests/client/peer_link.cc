#include "tests/client/peer_link.h"

#include <algorithm>
#include <utility>

#include "sfu/wire/packet_kind.h"
#include "sfu/wire/stun.h"

namespace parley::test {
namespace {

constexpr TransportSlot kSlot = 7;

TransportParams MakeParams(const TestPeer& peer, const PeerLink::Options& options) {
  TransportParams params;
  params.local_ice = {"server00", "the-servers-ice-password"};
  params.remote_ice = peer.local_ice();
  params.local_dtls_role = options.server_role;
  params.remote_fingerprints = peer.fingerprints();
  if (options.expected_of_peer) params.remote_fingerprints = {*options.expected_of_peer};
  return params;
}

}  // namespace

PeerLink::PeerLink(const TestIdentity& server, const TestIdentity& client, Options options)
    : random_(options.seed),
      impairment_(options.impairment),
      server_address_(SocketAddress::V4({192, 0, 2, 1}, 4000)),
      peer_address_(SocketAddress::V4({198, 51, 100, 7}, 50000)),
      peer_(client, options.seed + 1),
      demux_(64, options.seed + 2),
      params_(MakeParams(peer_, options)),
      server_identity_(server),
      expected_of_server_(options.expected_of_server) {
  transport_.emplace(demux_, server.context(), kSlot, params_, now_);
  peer_.Connect(remote(), now_);
}

TestPeer::Remote PeerLink::remote() const {
  TestPeer::Remote remote;
  remote.ice = params_.local_ice;
  remote.fingerprints = server_identity_.fingerprints();
  if (expected_of_server_) remote.fingerprints = {*expected_of_server_};
  remote.dtls_role = params_.local_dtls_role;
  remote.candidates = {server_address_};
  return remote;
}

void PeerLink::Run(Duration duration) {
  RunUntil([] { return false; }, duration);
}

bool PeerLink::RunUntil(const std::function<bool()>& done, Duration limit) {
  const Timestamp end = now_ + limit;
  while (true) {
    DrainServer();
    DrainPeer();
    if (done()) return true;
    Timestamp next = std::min(transport_->NextTimeout(), peer_.NextTimeout());
    if (!in_flight_.empty()) next = std::min(next, in_flight_.begin()->first);
    if (next > end) {
      now_ = end;
      return false;
    }
    now_ = std::max(now_, next);
    while (!in_flight_.empty() && in_flight_.begin()->first <= now_) {
      InFlight packet = std::move(in_flight_.begin()->second);
      in_flight_.erase(in_flight_.begin());
      Deliver(std::move(packet));
      DrainServer();
      DrainPeer();
    }
    if (transport_->NextTimeout() <= now_) transport_->HandleTimeout(now_);
    if (peer_.NextTimeout() <= now_) peer_.HandleTimeout(now_);
  }
}

void PeerLink::Send(bool to_server, const SocketAddress& peer_address,
                    std::span<const uint8_t> bytes) {
  if (to_server ? block_to_server : block_to_peer) return;
  if (random_.Below(100) < impairment_.loss_percent) return;
  int copies = random_.Below(100) < impairment_.duplicate_percent ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    Duration delay = impairment_.delay;
    if (impairment_.jitter > Duration::Zero()) {
      delay += Duration::Micros(random_.Below(static_cast<uint32_t>(impairment_.jitter.us())));
    }
    in_flight_.emplace(now_ + delay,
                       InFlight{to_server, peer_address, {bytes.begin(), bytes.end()}});
  }
}

void PeerLink::Deliver(InFlight packet) {
  if (packet.to_server) {
    Inject(packet.bytes, packet.address);
  } else if (packet.address == peer_address_) {
    peer_.HandlePacket(packet.bytes, server_address_, now_);
  }
}

bool PeerLink::Inject(std::span<const uint8_t> bytes, const SocketAddress& from) {
  std::vector<uint8_t> packet(bytes.begin(), bytes.end());
  PacketKind kind = ClassifyPacket(packet);
  if (kind == PacketKind::kStun) {
    auto message = StunView::Parse(packet);
    if (!message || !message->username() || !demux_.FindByUsername(*message->username())) {
      return false;
    }
    transport_->HandleStun(*message, packet.size(), from, now_);
    return true;
  }
  if (!demux_.FindByAddress(from)) return false;
  if (kind == PacketKind::kDtls) {
    transport_->HandleDtls(packet, from, now_);
  } else if (kind == PacketKind::kRtp) {
    if (auto size = transport_->UnprotectRtp(packet, now_)) {
      packet.resize(*size);
      rtp_at_server_.push_back(std::move(packet));
    }
  } else if (kind == PacketKind::kRtcp) {
    if (auto size = transport_->UnprotectRtcp(packet, now_)) {
      packet.resize(*size);
      rtcp_at_server_.push_back(std::move(packet));
    }
  }
  return true;
}

void PeerLink::DrainServer() {
  while (auto datagram = transport_->PollDatagram()) {
    bytes_to_peer_ += datagram->bytes.size();
    largest_to_peer_ = std::max(largest_to_peer_, datagram->bytes.size());
    Send(/*to_server=*/false, datagram->to, datagram->bytes);
  }
  while (auto event = transport_->PollEvent()) events_.push_back(*event);
}

void PeerLink::DrainPeer() {
  while (auto datagram = peer_.PollDatagram(now_)) {
    Send(/*to_server=*/true, peer_address_, datagram->bytes);
  }
}

bool PeerLink::HasEvent(Transport::Event event) const {
  return std::find(events_.begin(), events_.end(), event) != events_.end();
}

bool PeerLink::SendRtpToPeer(std::span<const uint8_t> packet) {
  std::vector<uint8_t> buffer(packet.begin(), packet.end());
  buffer.resize(packet.size() + kSrtpMaxTrailer);
  auto size = transport_->ProtectRtp(buffer, packet.size());
  if (size) Send(/*to_server=*/false, *transport_->remote(), std::span(buffer).first(*size));
  return size.has_value();
}

bool PeerLink::SendRtcpToPeer(std::span<const uint8_t> packet) {
  std::vector<uint8_t> buffer(packet.begin(), packet.end());
  buffer.resize(packet.size() + kSrtpMaxTrailer);
  auto size = transport_->ProtectRtcp(buffer, packet.size());
  if (size) Send(/*to_server=*/false, *transport_->remote(), std::span(buffer).first(*size));
  return size.has_value();
}

}  // namespace parley::test
