#include "sfu/worker/engine.h"

#include <algorithm>
#include <utility>

#include "sfu/wire/stun.h"
#include "sfu/worker/engine_state.h"
#include "sfu/worker/size_aligner.h"

namespace parley {
namespace {

constexpr Duration kCollectionInterval = Duration::Seconds(1);
// How many packets on a peer is asked of memory, and how many its keys, which the first leads to.
constexpr size_t kFarAhead = 6;
constexpr size_t kAhead = 3;

}  // namespace

Engine::Engine(const EngineConfig& config, const DtlsContext& dtls, PacketPool& pool,
               EngineSink& sink, WorkerMetrics& metrics, Timestamp now)
    : config_(config),
      dtls_(dtls),
      pool_(pool),
      sink_(sink),
      metrics_(metrics),
      demux_(config.max_transports, config.seed),
      output_(config.outbox_packets),
      timers_(config.max_transports + config.max_rooms + 1, now),
      peers_(config.max_transports),
      rooms_(config.max_rooms) {
  for (size_t i = peers_.size(); i > 0; --i) free_slots_.push_back(static_cast<Slot>(i - 1));
  for (size_t i = rooms_.size(); i > 0; --i) free_rooms_.push_back(static_cast<uint32_t>(i - 1));
  touched_.reserve(config.max_rooms);
  batch_.reserve(config.outbox_packets);
  feed_batch_.reserve(config.outbox_packets);
  timers_.Set(CollectionTimer(), now + kCollectionInterval);
}

Engine::~Engine() = default;

// ---- A packet's walk

void Engine::HandleDatagram(PacketRef packet, const SocketAddress& from, Timestamp now) {
  const PacketKind kind = ClassifyPacket(packet.bytes());
  if (kind == PacketKind::kStun) return HandleStun(packet.bytes(), from, now);
  if (kind == PacketKind::kOther) return metrics_.dropped_unknown_kind.Add();

  const std::optional<Slot> slot = demux_.FindByAddress(from);
  if (!slot) return metrics_.dropped_unknown_address.Add();
  Peer& peer = *peers_[*slot];
  if (kind == PacketKind::kDtls) {
    peer.transport.HandleDtls(packet.bytes(), from, now);
    return DrainTransport(peer, now);
  }
  HandleMedia(peer, kind, std::move(packet), now);
}

void Engine::HandleStun(std::span<const uint8_t> packet, const SocketAddress& from, Timestamp now) {
  const std::optional<StunView> message = StunView::Parse(packet);
  if (!message || !message->username()) return metrics_.dropped_bad_stun.Add();
  const std::optional<Slot> slot = demux_.FindByUsername(*message->username());
  if (!slot) return metrics_.dropped_unknown_ufrag.Add();
  Peer& peer = *peers_[*slot];
  peer.transport.HandleStun(*message, packet.size(), from, now);
  DrainTransport(peer, now);
}

void Engine::HandleMedia(Peer& peer, PacketKind kind, PacketRef packet, Timestamp now) {
  const bool rtcp = kind == PacketKind::kRtcp;
  const std::optional<size_t> size = rtcp ? peer.transport.UnprotectRtcp(packet.MutableBytes(), now)
                                          : peer.transport.UnprotectRtp(packet.MutableBytes(), now);
  if (!size) return metrics_.dropped_srtp.Add();
  packet.SetSize(*size);
  Room& room = peer.room;
  if (rtcp) {
    room.router.HandleRtcp(peer.id, packet.bytes(), now);
  } else {
    room.router.HandleRtp(peer.id, std::move(packet), now);
  }
  DrainRouter(room, now);
}

void Engine::HandleRelay(RelayMessage message, Timestamp now) {
  metrics_.relay_received.Add();
  Room* room = FindRoom(message.room);
  if (room == nullptr) return;
  room->router.HandleRelay(std::move(message), now);
  DrainRouter(*room, now);
}

void Engine::HandleLocal(TransportId from, PacketRef packet, Timestamp now) {
  const auto found = locals_of_.find(from);
  if (found == locals_of_.end()) return metrics_.dropped_unknown_address.Add();
  Room* room = FindRoom(locals_[found->second]->room);
  room->router.HandleRtp(from, std::move(packet), now);
  DrainRouter(*room, now);
}

void Engine::DrainRouter(Room& room, Timestamp now) {
  while (room.router.MustContinue()) {
    SendOutbox();
    room.router.Continue(now);
  }
  // Half of the outbox stays free for what is not a fan-out and would not wait.
  if (output_.outbox.room() < output_.outbox.capacity() / 2) SendOutbox();
  PassOn();
  if (!room.touched) {
    room.touched = true;
    touched_.push_back(room.index);
  }
}

bool Engine::FanOut(Timestamp now, size_t packets) {
  // More comes than leaves: let it wait in the sockets' buffers, whose bound is larger.
  if (output_.arrivals.half_full()) packets = SIZE_MAX;
  const uint64_t begin = packets_sent_;
  const auto enough = [&] { return packets_sent_ - begin >= packets; };
  for (size_t i = 0; i < touched_.size(); ++i) {
    Room* room = rooms_[touched_[i]].get();
    if (room == nullptr) continue;
    room->router.FanOut(now);
    while (room->router.HasMore() && !enough()) {
      SendOutbox();
      room->router.Continue(now);
    }
    DrainRouter(*room, now);
    if (!enough()) continue;
    // The others are next, so that a large room delays small ones by its share alone.
    std::ranges::rotate(touched_, touched_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    return false;
  }
  return true;
}

void Engine::PassOn() {
  if (!output_.relay.empty()) {
    sink_.Relay(output_.relay.messages());
    output_.relay.Clear();
  }
  if (!output_.events.empty()) {
    sink_.Emit(output_.events);
    output_.events.clear();
  }
}

void Engine::SendOutbox() {
  if (output_.outbox.empty()) return;
  const std::span<OutPacket> packets = output_.outbox.packets();
  packets_sent_ += packets.size();
  size_t far = 0;
  size_t near = 0;
  for (size_t begin = 0; begin < packets.size();) {
    size_t end = begin + 1;
    while (end < packets.size() && packets[end].transport == packets[begin].transport) ++end;
    for (; far < std::min(end + kFarAhead, packets.size()); ++far) {
      if (Peer* peer = PeerOf(packets, far)) peer->transport.PrefetchState();
    }
    for (; near < std::min(end + kAhead, packets.size()); ++near) {
      const OutPacket& packet = packets[near];
      if (packet.is_rtcp()) continue;
      if (Peer* peer = PeerOf(packets, near)) peer->transport.PrefetchKeys(packet.ssrc().value());
    }
    ProtectRun(packets.subspan(begin, end - begin));
    begin = end;
  }
  FinishSealing();
  sink_.SendDatagrams(batch_);
  batch_.clear();
  if (!feed_batch_.empty()) sink_.SendToFeeds(feed_batch_);
  feed_batch_.clear();
  output_.outbox.Clear();
}

// Null for what is not the first of a run, or no peer's.
Engine::Peer* Engine::PeerOf(std::span<const OutPacket> packets, size_t i) {
  const TransportHandle transport = packets[i].transport;
  if (transport.value() >= peers_.size()) return nullptr;
  if (i > 0 && packets[i - 1].transport == transport) return nullptr;
  return peers_[transport.value()].get();
}

void Engine::DeliverRun(std::span<OutPacket> packets) {
  const auto& local = locals_[packets[0].transport.value() - peers_.size()];
  if (!local) return metrics_.dropped_unsendable.Add(packets.size());
  for (const OutPacket& packet : packets) {
    if (local->feed != FeedId()) {
      feed_batch_.push_back({local->feed, packet.priority, packet.bytes()});
      continue;
    }
    // Reports are between peers of a network.
    if (!packet.is_rtcp()) sink_.DeliverLocal(local->id, packet.bytes());
  }
}

void Engine::ProtectRun(std::span<OutPacket> packets) {
  if (packets[0].transport.value() >= peers_.size()) return DeliverRun(packets);
  Peer* peer = peers_[packets[0].transport.value()].get();
  if (peer == nullptr || !peer->transport.can_send()) {
    return metrics_.dropped_unsendable.Add(packets.size());
  }
  const SocketAddress to = *peer->transport.remote();
  if (packets.size() > 1 && to.tcp_connection() == 0) AlignSizes(packets);
  for (const OutPacket& packet : packets) {
    const std::optional<size_t> size =
        packet.is_rtcp()
            ? peer->transport.ProtectRtcp(packet.buffer(), packet.size)
            : peer->transport.ProtectRtp(packet.buffer(), packet.size, Sealing::kLater);
    if (!size) {
      metrics_.dropped_unsendable.Add();
      continue;
    }
    batch_.push_back({to, packet.buffer().first(*size)});
  }
}

void Engine::DrainTransport(Peer& peer, Timestamp now) {
  while (const std::optional<Transport::Datagram> datagram = peer.transport.PollDatagram()) {
    const OutDatagram out{datagram->to, datagram->bytes};
    sink_.SendDatagrams({&out, 1});
  }
  using Reason = TransportDisconnected::Reason;
  while (const std::optional<Transport::Event> event = peer.transport.PollEvent()) {
    switch (*event) {
      case Transport::Event::kConsentExpired:
        Report(peer, Reason::kConsentExpired);
        break;
      case Transport::Event::kDtlsClosed:
        Report(peer, Reason::kDtlsClosed);
        break;
      case Transport::Event::kDtlsFailed:
        Report(peer, Reason::kDtlsFailed);
        break;
      case Transport::Event::kRemoteChanged:
        peer.room.router.HandleNewPath(peer.id, now);
        DrainRouter(peer.room, now);
        break;
      case Transport::Event::kConnected:
        break;  // seen below
    }
  }
  timers_.Set(PeerTimer(peer.slot), peer.transport.NextTimeout());
  if (peer.transport.can_send() == peer.connected) return;
  peer.connected = peer.transport.can_send();
  if (peer.connected) {
    output_.events.push_back(
        TransportConnected{peer.id, peer.transport.remote()->tcp_connection() != 0});
  }
  peer.room.router.SetConnected(peer.id, peer.connected, now);
  DrainRouter(peer.room, now);
}

void Engine::Report(Peer& peer, TransportDisconnected::Reason reason) {
  output_.events.push_back(TransportDisconnected{peer.id, reason});
}

void Engine::HandleTcpClosed(const SocketAddress& address, Timestamp now) {
  const std::optional<Slot> slot = demux_.FindByAddress(address);
  if (!slot) return;
  Peer& peer = *peers_[*slot];
  peer.transport.HandleTcpClosed(address);
  DrainTransport(peer, now);
}

bool Engine::IsKnownAddress(const SocketAddress& address) {
  return demux_.FindByAddress(address).has_value();
}

// ---- Time

void Engine::HandleTimeout(Timestamp now, WallTime wall) {
  timers_.Advance(now, [&](TimerWheel::Id id) {
    if (id < config_.max_transports) {
      Peer& peer = *peers_[id];
      peer.transport.HandleTimeout(now);
      DrainTransport(peer, now);
    } else if (id < CollectionTimer()) {
      Room& room = *rooms_[id - config_.max_transports];
      room.router.HandleTimeout(now, wall);
      DrainRouter(room, now);
    } else {
      CollectMetrics();
      timers_.Set(id, now + kCollectionInterval);
    }
  });
}

Timestamp Engine::NextTimeout() const { return timers_.NextDeadline(); }

bool Engine::Flush(Timestamp now, size_t video_packets) {
  const bool all = FanOut(now, video_packets);
  SendOutbox();
  PassOn();
  std::erase_if(touched_, [&](uint32_t index) {
    Room* room = rooms_[index].get();
    if (room == nullptr) return true;
    timers_.Set(RoomTimer(index), room->router.NextTimeout());
    room->touched = room->router.HasMore() || room->router.HasWaiting();
    return !room->touched;
  });
  return all;
}

void Engine::CollectMetrics() {
  RouterStats sum = retired_;
  for (const auto& [_, index] : rooms_of_) AddTo(sum, rooms_[index]->router.stats());
  uint64_t unauthenticated = retired_unauthenticated_;
  for (const auto& [_, slot] : slots_of_) {
    unauthenticated += peers_[slot]->transport.ice_counters().unauthenticated;
  }
  metrics_.dropped_unauthenticated.Set(unauthenticated);
  metrics_.router_packets_in.Set(sum.packets_in);
  metrics_.router_packets_out.Set(sum.packets_out);
  metrics_.router_malformed.Set(sum.malformed);
  metrics_.router_unknown_ssrc.Set(sum.unknown_ssrc);
  metrics_.router_not_permitted.Set(sum.not_permitted);
  metrics_.router_over_limit.Set(sum.over_limit);
  metrics_.router_unreadable.Set(sum.unreadable);
  metrics_.router_jumps.Set(sum.jumps);
  metrics_.retransmissions_sent.Set(sum.retransmissions_out);
  metrics_.retransmissions_refused.Set(sum.retransmissions_refused);
  metrics_.key_frame_requests.Set(sum.key_frame_requests);
  metrics_.picture_losses_refused.Set(sum.picture_losses_refused);
  metrics_.estimates_refused.Set(sum.estimates_refused);
  metrics_.redundant_sent.Set(sum.redundant_out);
  metrics_.padding_sent.Set(sum.padding_out);
  metrics_.paced_lost.Set(sum.paced_lost);
  metrics_.fallen_behind.Set(sum.fallen_behind);
  metrics_.transports.Set(slots_of_.size());
  metrics_.rooms.Set(rooms_of_.size());
  metrics_.pool_packets.Set(pool_.outstanding());
  metrics_.pool_exhausted.Set(pool_.exhausted());
}

Engine::Room* Engine::FindRoom(RoomId room) {
  const auto it = rooms_of_.find(room);
  return it == rooms_of_.end() ? nullptr : rooms_[it->second].get();
}

Engine::Peer* Engine::FindPeer(TransportId transport) {
  const auto it = slots_of_.find(transport);
  return it == slots_of_.end() ? nullptr : peers_[it->second].get();
}

Engine::Room* Engine::RoomOf(TransportId transport) {
  if (Peer* peer = FindPeer(transport)) return &peer->room;
  const auto local = locals_of_.find(transport);
  return local == locals_of_.end() ? nullptr : FindRoom(locals_[local->second]->room);
}

}  // namespace parley
