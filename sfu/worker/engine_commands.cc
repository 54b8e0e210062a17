// What the signaling thread asks of a worker.

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "sfu/port/room_stats.h"
#include "sfu/worker/engine.h"
#include "sfu/worker/engine_state.h"

namespace parley {

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
  config.max_uplink = config_.max_uplink;
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

void Engine::Apply(const AskStats& command, Timestamp now) {
  auto stats = std::make_shared<WorkerRoomStats>();
  if (Room* room = FindRoom(command.room)) room->router.CollectStats(*stats, now);
  output_.events.push_back(RoomStats{config_.worker, command.question, std::move(stats)});
}

}  // namespace parley
