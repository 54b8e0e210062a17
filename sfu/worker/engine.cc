#include "sfu/worker/engine.h"

#include <algorithm>
#include <utility>

#include "sfu/wire/stun.h"
#include "sfu/worker/size_aligner.h"

namespace parley {
namespace {

constexpr Duration kCollectionInterval = Duration::Seconds(1);

void AddTo(RouterStats& sum, const RouterStats& stats) {
  sum.packets_in += stats.packets_in;
  sum.packets_out += stats.packets_out;
  sum.packets_relayed += stats.packets_relayed;
  sum.malformed += stats.malformed;
  sum.unknown_ssrc += stats.unknown_ssrc;
  sum.not_permitted += stats.not_permitted;
  sum.retransmissions_out += stats.retransmissions_out;
  sum.retransmissions_refused += stats.retransmissions_refused;
  sum.key_frame_requests += stats.key_frame_requests;
  sum.picture_losses_refused += stats.picture_losses_refused;
  sum.redundant_out += stats.redundant_out;
  sum.padding_out += stats.padding_out;
  sum.paced_lost += stats.paced_lost;
  sum.fallen_behind += stats.fallen_behind;
}

}  // namespace

struct Engine::Room {
  Room(RoomId id, uint32_t i, const RouterConfig& config, RouterOutput& output, uint64_t seed)
      : router(id, config, output, seed), index(i) {}

  Router router;
  uint32_t index;
  bool touched = false;
};

struct Engine::Peer {
  Peer(const CreateTransport& command, Room& r, Demux& demux, const DtlsContext& dtls,
       TransportSlot s, Timestamp now)
      : id(command.transport), room(r), slot(s), transport(demux, dtls, s, command.params, now) {}

  TransportId id;
  Room& room;
  TransportSlot slot;
  bool connected = false;  // as the room was told
  Transport transport;
};

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
  while (room.router.HasMore()) {
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

void Engine::FanOut(Timestamp now) {
  for (size_t i = 0; i < touched_.size(); ++i) {
    Room* room = rooms_[touched_[i]].get();
    if (room == nullptr) continue;
    room->router.FanOut(now);
    DrainRouter(*room, now);
  }
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
  for (std::span<OutPacket> rest = output_.outbox.packets(); !rest.empty();) {
    const TransportHandle transport = rest[0].transport;
    size_t count = 1;
    while (count < rest.size() && rest[count].transport == transport) ++count;
    ProtectRun(rest.first(count));
    rest = rest.subspan(count);
  }
  FinishSealing();
  sink_.SendDatagrams(batch_);
  batch_.clear();
  if (!feed_batch_.empty()) sink_.SendToFeeds(feed_batch_);
  feed_batch_.clear();
  output_.outbox.Clear();
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

void Engine::Flush(Timestamp now) {
  FanOut(now);
  SendOutbox();
  PassOn();
  for (uint32_t index : touched_) {
    Room* room = rooms_[index].get();
    if (room == nullptr) continue;
    room->touched = false;
    timers_.Set(RoomTimer(index), room->router.NextTimeout());
  }
  touched_.clear();
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
  metrics_.retransmissions_sent.Set(sum.retransmissions_out);
  metrics_.retransmissions_refused.Set(sum.retransmissions_refused);
  metrics_.key_frame_requests.Set(sum.key_frame_requests);
  metrics_.picture_losses_refused.Set(sum.picture_losses_refused);
  metrics_.redundant_sent.Set(sum.redundant_out);
  metrics_.padding_sent.Set(sum.padding_out);
  metrics_.paced_lost.Set(sum.paced_lost);
  metrics_.fallen_behind.Set(sum.fallen_behind);
  metrics_.transports.Set(slots_of_.size());
  metrics_.rooms.Set(rooms_of_.size());
  metrics_.pool_packets.Set(pool_.outstanding());
  metrics_.pool_exhausted.Set(pool_.exhausted());
}

// ---- Commands

void Engine::HandleCommand(Command command, Timestamp now) {
  // What waits names sources, and transports by slot: it leaves before either can change hands.
  FanOut(now);
  SendOutbox();
  metrics_.commands.Add();
  std::visit([&](const auto& c) { Apply(c, now); }, command);
}

void Engine::Apply(const OpenRoom& command, Timestamp) {
  if (free_rooms_.empty() || rooms_of_.contains(command.room)) {
    return metrics_.commands_refused.Add();
  }
  const uint32_t index = free_rooms_.back();
  free_rooms_.pop_back();
  RouterConfig config;
  config.worker = config_.worker;
  config.worker_count = config_.worker_count;
  config.max_ssrcs_per_transport = config_.max_ssrcs_per_transport;
  // An odd multiplier keeps the seeds of rooms apart.
  const uint64_t seed = config_.seed + command.room.value() * 0x9E3779B97F4A7C15u;
  rooms_[index] = std::make_unique<Room>(command.room, index, config, output_, seed);
  rooms_of_.emplace(command.room, index);
}

void Engine::Apply(const CloseRoom& command, Timestamp now) {
  Room* room = FindRoom(command.room);
  if (room == nullptr) return;
  for (const auto& peer : peers_) {
    if (peer && &peer->room == room) DestroyPeer(*peer, now);
  }
  for (uint32_t i = 0; i < locals_.size(); ++i) {
    if (locals_[i] && locals_[i]->room == command.room) DestroyLocal(i, now);
  }
  const uint32_t index = room->index;
  AddTo(retired_, room->router.stats());
  timers_.Cancel(RoomTimer(index));
  rooms_[index].reset();
  rooms_of_.erase(command.room);
  free_rooms_.push_back(index);
}

void Engine::Apply(const CreateTransport& command, Timestamp now) {
  Room* room = FindRoom(command.room);
  if (room == nullptr) return;
  if (command.params.local) return CreateLocal(command, *room, now);
  if (free_slots_.empty() || slots_of_.contains(command.transport)) {
    metrics_.commands_refused.Add();
    output_.events.push_back(
        TransportDisconnected{command.transport, TransportDisconnected::Reason::kDtlsFailed});
    return;
  }
  const Slot slot = free_slots_.back();
  free_slots_.pop_back();
  peers_[slot] = std::make_unique<Peer>(command, *room, demux_, dtls_, slot, now);
  slots_of_.emplace(command.transport, slot);
  room->router.AddTransport(command.transport, TransportHandle(slot), command.params, now);
  DrainTransport(*peers_[slot], now);
  DrainRouter(*room, now);
}

void Engine::Apply(const CloseTransport& command, Timestamp now) {
  if (Peer* peer = FindPeer(command.transport)) DestroyPeer(*peer, now);
  const auto local = locals_of_.find(command.transport);
  if (local != locals_of_.end()) DestroyLocal(local->second, now);
}

void Engine::CreateLocal(const CreateTransport& command, Room& room, Timestamp now) {
  const auto free = std::ranges::find_if(locals_, [](const auto& local) { return !local; });
  if (free == locals_.end() && locals_.size() == config_.max_transports) {
    return metrics_.commands_refused.Add();
  }
  const auto index = static_cast<uint32_t>(free - locals_.begin());
  if (free == locals_.end()) locals_.emplace_back();
  locals_[index] = {.id = command.transport, .room = command.room, .feed = command.params.feed};
  locals_of_.emplace(command.transport, index);
  const TransportHandle handle(static_cast<uint32_t>(peers_.size()) + index);
  room.router.AddTransport(command.transport, handle, command.params, now);
  room.router.SetConnected(command.transport, true, now);
  output_.events.push_back(TransportConnected{.transport = command.transport});
  DrainRouter(room, now);
}

void Engine::DestroyLocal(uint32_t index, Timestamp now) {
  const LocalPeer local = *locals_[index];
  Room& room = *FindRoom(local.room);
  room.router.RemoveTransport(local.id, now);
  DrainRouter(room, now);
  SendOutbox();
  locals_[index].reset();
  locals_of_.erase(local.id);
}

void Engine::DestroyPeer(Peer& peer, Timestamp now) {
  const Slot slot = peer.slot;
  peer.room.router.RemoveTransport(peer.id, now);
  DrainRouter(peer.room, now);
  SendOutbox();
  peer.transport.Close();
  while (const std::optional<Transport::Datagram> datagram = peer.transport.PollDatagram()) {
    const OutDatagram out{datagram->to, datagram->bytes};
    sink_.SendDatagrams({&out, 1});
  }
  retired_unauthenticated_ += peer.transport.ice_counters().unauthenticated;
  timers_.Cancel(PeerTimer(slot));
  slots_of_.erase(peer.id);
  peers_[slot].reset();
  free_slots_.push_back(slot);
}

void Engine::CloseAll(Timestamp now) {
  FanOut(now);
  SendOutbox();
  for (const auto& peer : peers_) {
    if (peer) DestroyPeer(*peer, now);
  }
  Flush(now);
}

void Engine::Apply(const RestartIce& command, Timestamp now) {
  Peer* peer = FindPeer(command.transport);
  if (peer == nullptr) return;
  peer->transport.RestartIce(command.local_ice, command.remote_ice, now);
  DrainTransport(*peer, now);
}

void Engine::Apply(const AddSource& command, Timestamp now) {
  Room* room = FindRoom(command.room);
  if (room == nullptr) return;
  room->router.AddSource(command, now);
  DrainRouter(*room, now);
}

void Engine::Apply(const RemoveSource& command, Timestamp now) {
  Room* room = FindRoom(command.room);
  if (room == nullptr) return;
  room->router.RemoveSource(command.source, now);
  DrainRouter(*room, now);
}

void Engine::Apply(const EnableSource& command, Timestamp now) {
  // It names no room; only the source's home listens.
  for (const auto& [_, index] : rooms_of_) {
    Room& room = *rooms_[index];
    room.router.EnableSource(command.source, command.enabled, now);
    DrainRouter(room, now);
  }
}

void Engine::Apply(const SetSlot& command, Timestamp now) {
  Room* room = RoomOf(command.transport);
  if (room == nullptr) return;
  room->router.SetSlot(command, now);
  DrainRouter(*room, now);
}

void Engine::Apply(const OpenFeed& command, Timestamp) {
  sink_.OpenFeed(command.feed, command.socket);
}

void Engine::Apply(const CloseFeed& command, Timestamp) { sink_.CloseFeed(command.feed); }

void Engine::Apply(const AskKeyFrame& command, Timestamp now) {
  Room* room = RoomOf(command.transport);
  if (room == nullptr) return;
  room->router.AskKeyFrame(command, now);
  DrainRouter(*room, now);
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
