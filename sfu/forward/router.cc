#include "sfu/forward/router.h"

#include <algorithm>

#include "sfu/base/check.h"
#include "sfu/forward/router_peer.h"

namespace parley {

namespace {

std::array<PacketHistory, kMaxLayers> AudioHistories() {
  return {PacketHistory(kAudioHistory), PacketHistory(0), PacketHistory(0)};
}

}  // namespace

Router::Router(RoomId room, const RouterConfig& config, RouterOutput& output, uint64_t seed)
    : room_(room),
      config_(config),
      output_(output),
      random_(static_cast<std::minstd_rand::result_type>(seed ^ seed >> 32)) {}

Router::~Router() {
  output_.arrivals.Release(video_fan_out_.arrivals);
  for (Source* source : waiting_) output_.arrivals.Release(source->arrivals);
}

Router::Peer* Router::FindPeer(TransportId transport) {
  auto it = peers_.find(transport);
  return it == peers_.end() ? nullptr : it->second.get();
}

Source* Router::FindSource(SourceId source) {
  auto it = sources_.find(source);
  return it == sources_.end() ? nullptr : it->second.get();
}

Source& Router::SourceOf(SourceId source) {
  auto& entry = sources_[source];
  if (!entry) {
    entry = std::make_unique<Source>(source);
    waiting_.reserve(sources_.size());
  }
  return *entry;
}

uint64_t Router::OtherWorkers() const {
  uint64_t all = config_.worker_count >= kMaxWorkers ? ~uint64_t{0}
                                                     : (uint64_t{1} << config_.worker_count) - 1;
  return all & ~(uint64_t{1} << config_.worker.value());
}

void Router::Schedule(Timestamp at) { next_timeout_ = std::min(next_timeout_, at); }

void Router::EmitSpeakers() {
  output_.events.push_back(
      SpeakersChanged{config_.worker, room_, ++speakers_epoch_, audio_.seats(), audio_.dominant()});
}

void Router::AddTransport(TransportId transport, TransportHandle handle,
                          const TransportParams& params, Timestamp now) {
  PARLEY_CHECK(!HasMore() && waiting_.empty());
  RemoveTransport(transport, now);
  Ssrc ssrc =
      params.slots.empty() ? Ssrc(static_cast<uint32_t>(random_()) | 1) : params.slots.front().ssrc;
  auto& peer = peers_[transport];
  peer = std::make_unique<Peer>(transport, handle, params,
                                static_cast<size_t>(config_.max_ssrcs_per_transport),
                                config_.max_uplink, ssrc, random_);
  // Spread over the interval, so that peers that joined together do not report together.
  peer->next_report =
      OnReportGrid(now + Duration::Millis(static_cast<int64_t>(random_() % 1000 + 100)));
  peer->next_stats = peer->next_report + kStatsInterval;
  for (auto& consumer : peer->downlink.consumers()) audio_.AddConsumer(*consumer);
  LinkProducers(*peer, now);
  if (audio_.has_listeners() && !listening_) {
    listening_ = true;
    PushListen(OtherWorkers());
  }
  peer_deadlines_.Reserve(peers_.size());
  peer_deadlines_.Set(*peer, peer->next_report);
  Schedule(next_sweep_);
}

void Router::LinkProducers(Peer& peer, Timestamp now) {
  for (auto& producer : peer.uplink.producers()) {
    Source& source = SourceOf(producer->source());
    source.producer = producer.get();
    if (source.announced && !IsHome(source)) source.other_transport = peer.id;
    source.demanded = kMaxLayers;
    source.demand_fell_at.reset();
    RefreshInfo(source, now);
  }
}

void Router::UnlinkProducers(Peer& peer, Timestamp now) {
  for (auto& producer : peer.uplink.producers()) {
    Source* source = FindSource(producer->source());
    if (!source || source->producer != producer.get()) continue;
    source->producer = nullptr;
    // A peer connection that its source never moved to: what is heard and seen here comes from
    // another core.
    if (source->announced && !IsHome(*source)) continue;
    for (PacketHistory& history : source->histories) history.Clear();
    RefreshInfo(*source, now);
    Silence(*source);
    if (!source->announced) sources_.erase(producer->source());
  }
}

void Router::RemoveTransport(TransportId transport, Timestamp now) {
  PARLEY_CHECK(!HasMore() && waiting_.empty());
  Peer* peer = FindPeer(transport);
  if (!peer) return;
  UnlinkProducers(*peer, now);
  for (auto& consumer : peer->downlink.consumers()) {
    audio_.RemoveConsumer(*consumer);
    Detach(*consumer, now);
  }
  peer_deadlines_.Remove(*peer);
  peers_.erase(transport);
  if (listening_ && !audio_.has_listeners()) {
    listening_ = false;
    PushListen(OtherWorkers());
  }
}

void Router::SetConnected(TransportId transport, bool connected, Timestamp now) {
  Peer* peer = FindPeer(transport);
  if (!peer || peer->downlink.connected() == connected) return;
  peer->downlink.set_connected(connected);
  for (auto& consumer : peer->downlink.consumers()) consumer->slot.Interrupt();
  Reallocate(peer->downlink, now);
  for (auto& consumer : peer->downlink.consumers()) {
    if (Source* source = FindSource(consumer->slot.source())) UpdateSubscription(*source, now);
  }
  peer_deadlines_.Set(*peer, now);
}

void Router::HandleNewPath(TransportId transport, Timestamp now) {
  Peer* peer = FindPeer(transport);
  if (!peer || !peer->downlink.connected()) return;
  // What the peer sent over the old one is lost, and so may be what it was asked for: a key frame
  // is quicker than all of it again.
  for (const auto& producer : peer->uplink.producers()) {
    Source* source = FindSource(producer->source());
    if (!source || source->kind != MediaKind::kVideo) continue;
    for (uint8_t encoding = 0; encoding < kMaxLayers; ++encoding) {
      if (!IsShown(*source, encoding)) continue;
      source->gates[encoding] = {};
      RequestKeyFrame(*source, encoding, now);
    }
  }
  if (!peer->downlink.controller()) return;
  peer->downlink.controller()->HandleNewPath(now);
  Reallocate(peer->downlink, now);
  SchedulePacing(peer->downlink, now);
}

void Router::AddSource(const parley::AddSource& command, Timestamp now) {
  PARLEY_CHECK(!HasMore() && waiting_.empty());
  Source& source = SourceOf(command.source);
  bool moved = source.announced && source.home != command.home;
  if (moved) source.other_transport = source.transport;
  source.announced = true;
  source.kind = command.kind;
  source.competes_for_seat = command.competes_for_seat;
  source.home = command.home;
  source.transport = command.transport;
  if (source.kind == MediaKind::kAudio) source.histories = AudioHistories();
  if (moved) {
    // Numbers of another core's stream: nothing of the old one continues.
    for (PacketHistory& history : source.histories) history.Clear();
    for (Consumer* c : source.consumers) c->slot.Interrupt();
    audio_.Interrupt(source);
    source.pre_roll.Clear();
    source.info = SourceInfo();
    source.info_known = source.subscribed = false;
    source.subscribers = {};
    source.demanding = {};
    source.info_subscribers = 0;
    // A seat of the room stays taken: the voice goes on.
    if (!IsHome(source)) {
      source.producer = nullptr;
      audio_.RemoveLocal(source);
    }
  }
  if (source.competes_for_seat) source.ReserveHistories();
  RefreshInfo(source, now);
  UpdateSubscription(source, now);
  for (Consumer* c : source.consumers) Reallocate(c->downlink, now);
}

void Router::RemoveSource(SourceId id, Timestamp now) {
  PARLEY_CHECK(!HasMore() && waiting_.empty());
  Source* source = FindSource(id);
  if (!source) return;
  Silence(*source);
  std::vector<Consumer*> consumers = std::move(source->consumers);
  source->consumers.clear();
  UpdateSubscription(*source, now);
  sources_.erase(id);
  for (Consumer* c : consumers) {
    c->slot.Assign(SourceId(), 0, 0, c->slot.epoch());
    Reallocate(c->downlink, now);
  }
}

// The source's voice is gone from the seats.
void Router::Silence(Source& source) {
  source.pre_roll.Clear();
  if (audio_.Remove(source)) EmitSpeakers();
}

void Router::EnableSource(SourceId id, bool enabled, Timestamp now) {
  Source* source = FindSource(id);
  if (!source || source->enabled == enabled || !IsHome(*source)) return;
  source->enabled = enabled;
  if (!enabled) {
    Silence(*source);
  } else if (source->producer) {
    source->producer->Interrupt();
  }
  source->demand_fell_at.reset();
  UpdateDemand(*source, now);
  RefreshInfo(*source, now);
}

void Router::SetSlot(const parley::SetSlot& command, Timestamp now) {
  PARLEY_CHECK(!HasMore() && waiting_.empty());
  Peer* peer = FindPeer(command.transport);
  Consumer* consumer = peer ? peer->downlink.Find(command.slot) : nullptr;
  if (!consumer || consumer->slot.params().follows != SlotFollows::kAssigned) return;
  Slot& slot = consumer->slot;
  Source* next = FindSource(command.source);
  if (next && (!next->announced || next->kind != slot.params().kind)) next = nullptr;
  SourceId source = next ? next->id : SourceId();
  if (source != slot.source()) Detach(*consumer, now);
  bool is_new = source != slot.source();
  slot.Assign(source, command.max_height, command.priority, command.epoch);
  if (next && is_new) {
    next->consumers.push_back(consumer);
    next->ReserveHistories();
  }
  if (slot.live()) Tell(*consumer, SlotSwitched::State::kLive);
  Reallocate(peer->downlink, now);
  if (next) UpdateSubscription(*next, now);
}

// The consumer no longer shows what it was assigned.
void Router::Detach(Consumer& consumer, Timestamp now) {
  Source* source = FindSource(consumer.slot.source());
  if (!source) return;
  std::erase(source->consumers, &consumer);
  consumer.slot.Assign(SourceId(), 0, 0, consumer.slot.epoch());
  UpdateSubscription(*source, now);
}

}  // namespace parley
