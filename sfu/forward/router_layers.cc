// Which encodings and layers of video sources are shown here, asked for from other cores, and asked
// key frames of.

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

#include "sfu/forward/layer_allocator.h"
#include "sfu/forward/router.h"
#include "sfu/forward/router_peer.h"

namespace parley {
namespace {

// Nobody misses half of the pictures in a tile of so many lines.
constexpr uint16_t kSmallTile = 120;
constexpr uint8_t kSmallTemporal = 1;

// Until the home core answered, and then as a refresh.
constexpr Duration kSubscribeRetry = Duration::Millis(50);
constexpr Duration kSubscribeRefresh = Duration::Millis(1000);

// Fewer encodings must do for this long before the publisher is told: tiles move.
constexpr Duration kDemandFalls = Duration::Seconds(4);

// A rate that changed by this share.
constexpr int64_t kOtherPercent = 30;

Slot::Target TargetOf(const SourceInfo& info, int layer) {
  Slot::Target target;
  if (info.scalable) {
    target.spatial = static_cast<uint8_t>(layer);
  } else {
    target.encoding = static_cast<uint8_t>(layer);
  }
  return target;
}

// Different enough to be chosen by anew: what a stream costs is only known when it has run a while.
bool IsOther(const SourceInfo& before, const SourceInfo& now) {
  if (before.active_mask() != now.active_mask() || before.codec != now.codec ||
      before.encodings != now.encodings) {
    return true;
  }
  for (size_t i = 0; i < now.bitrate_bps.size(); ++i) {
    const int64_t change = int64_t{now.bitrate_bps[i]} - before.bitrate_bps[i];
    if (std::abs(change) * 100 > int64_t{before.bitrate_bps[i]} * kOtherPercent) return true;
  }
  return false;
}

Bitrate RateAtBest(const SourceInfo& info, uint16_t max_height) {
  const auto layer = static_cast<size_t>(IdealLayer(info, max_height));
  return Bitrate::BitsPerSecond(info.bitrate_bps[layer]);
}

int TargetLayer(const SourceInfo& info, const Slot& slot) {
  if (slot.target().paused) return kLayerPaused;
  return info.scalable ? std::min<int>(slot.target().spatial, kMaxLayers - 1)
                       : slot.target().encoding;
}

void NoteChange(const LayerRequest& request, Slot& slot, Timestamp now) {
  const int before = TargetLayer(*request.info, slot);
  if (request.chosen > before) slot.patience().HandleRise(now);
  if (request.chosen < before && request.chosen < IdealLayer(*request.info, request.max_height)) {
    slot.patience().HandleFall(now);
  }
}

// What the link does not take need not be sent, but the next that it may take.
uint8_t DemandOf(const SourceInfo& info, const Slot& slot, int chosen) {
  const int encodings = EncodingsFor(info, slot.max_height());
  const int most = slot.limited() && !info.scalable ? chosen + 2 : encodings;
  return static_cast<uint8_t>(std::min(encodings, most));
}

int LayerOf(const SourceInfo& info, const Slot& slot) {
  if (!slot.live() || slot.target().paused) return kLayerPaused;
  return info.scalable ? std::min<int>(slot.target().spatial, kMaxLayers - 1)
                       : slot.live_encoding();
}

}  // namespace

// On the home core: what is being sent now, told to whoever chooses by it.
void Router::RefreshInfo(Source& source, Timestamp now) {
  if (!source.announced || !IsHome(source)) return;
  const SourceInfo before = source.info;
  source.info = source.producer ? source.producer->MakeInfo(now) : SourceInfo();
  if (!source.enabled) source.info.bitrate_bps = {};
  if (!IsOther(before, source.info)) return;
  if (source.info_subscribers != 0) PushInfo(source, source.info_subscribers);
  ReallocateAll(source, now);
}

void Router::ReallocateAll(Source& source, Timestamp now) {
  for (Consumer* c : source.consumers) Reallocate(c->downlink, now);
}

void Router::Reallocate(Downlink& downlink, Timestamp now) {
  if (!downlink.connected()) return;
  std::array<LayerRequest, kMaxVideoSlots> requests;
  std::array<Consumer*, kMaxVideoSlots> owners;
  std::array<Source*, kMaxVideoSlots> sources;
  size_t count = 0;
  Bitrate wanted;
  // Of two that are wanted alike the one who speaks is worth more.
  const TransportId speaker = DominantTransport();
  for (auto& consumer : downlink.consumers()) {
    Slot& slot = consumer->slot;
    if (slot.params().kind != MediaKind::kVideo || count == kMaxVideoSlots) continue;
    Source* source = FindSource(slot.source());
    if (!source) continue;
    const SourceInfo& info = source->info;
    if (info.codec && !slot.Supports(*info.codec)) {
      Tell(*consumer, SlotSwitched::State::kUnsupportedCodec);
      continue;
    }
    if (info.highest_active() < 0) {
      // Nothing known of it yet: whatever comes first will do.
      ApplyLayer(*consumer, *source, 0, kWholeLayer, now);
      SetDemand(*consumer, *source, DemandOf(info, slot, 0), now);
      continue;
    }
    requests[count] = {
        .info = &info,
        .max_height = slot.max_height(),
        .priority =
            static_cast<uint8_t>(slot.priority() * 2 + (source->transport == speaker ? 1 : 0)),
        .current = LayerOf(info, slot),
        .wary = !slot.patience().MayRise(now),
        .most = slot.patience().MustStay(now) ? std::max(TargetLayer(info, slot), 0) : kMaxLayers,
        .current_temporal = slot.target().thinned,
        .tight = slot.patience().MayPause(now)};
    wanted = wanted + RateAtBest(info, slot.max_height());
    owners[count] = consumer.get();
    sources[count++] = source;
  }
  auto used = std::span(requests).first(count);
  AllocateLayers(used, downlink.VideoBudget(now), downlink.MayPauseVideo(now));
  // Until then the first guess is being replaced, and what changes says nothing of the link.
  const SendController* controller = downlink.controller();
  const bool settled = !controller || controller->settled(now);
  for (size_t i = 0; i < count; ++i) {
    Slot& slot = owners[i]->slot;
    slot.patience().HandleRoom(used[i].fits, now);
    if (settled) NoteChange(used[i], slot, now);
    const bool thinned = used[i].temporal != kWholeLayer;
    slot.NoteLayer(thinned || used[i].chosen < IdealLayer(*used[i].info, used[i].max_height), now);
    ApplyLayer(*owners[i], *sources[i], used[i].chosen, used[i].temporal, now);
    if (slot.live()) Tell(*owners[i], SlotSwitched::State::kLive);
    SetDemand(*owners[i], *sources[i], DemandOf(*used[i].info, slot, used[i].chosen), now);
  }
  if (!downlink.controller()) return;
  downlink.SetWantedVideo(wanted, now);
  SchedulePacing(downlink, now);
}

TransportId Router::DominantTransport() const {
  const auto dominant = sources_.find(audio_.dominant());
  return dominant == sources_.end() ? TransportId() : dominant->second->transport;
}

void Router::ApplyLayer(Consumer& consumer, Source& source, int layer, uint8_t temporal,
                        Timestamp now) {
  Slot& slot = consumer.slot;
  Slot::Target target;
  if (layer == kLayerPaused) {
    target.paused = true;
  } else if (source.info.highest_active() >= 0) {
    target = TargetOf(source.info, layer);
  }
  target.thinned = temporal;
  target.temporal = temporal;
  if (slot.max_height() != 0 && slot.max_height() <= kSmallTile) {
    target.temporal = std::min(target.temporal, kSmallTemporal);
  }
  bool changed = !(target == slot.target());
  slot.SetTarget(target);
  if (target.paused) {
    Interrupt(consumer);
    Tell(consumer, SlotSwitched::State::kPausedBandwidth);
  }
  if (changed) UpdateSubscription(source, now);
  // Nothing is sent, nothing to ask for: the first packet brings this about again.
  if (source.info.codec && source.info.highest_active() < 0) return;
  auto awaited = slot.AwaitedEncoding();
  if (awaited && (changed || !source.gates[*awaited].wanted())) {
    if (EnterFromHistory(consumer, source, LastNotToBeOffered(consumer, source), now)) return;
    RequestKeyFrame(source, *awaited, now);
  }
}

void Router::Tell(Consumer& consumer, SlotSwitched::State state) {
  Slot& slot = consumer.slot;
  const Slot::Told told{state, state == SlotSwitched::State::kLive && slot.limited()};
  if (slot.params().follows != SlotFollows::kAssigned || slot.told() == told) return;
  slot.NoteTold(told);
  output_.events.push_back(SlotSwitched{slot.transport(), slot.params().index, slot.epoch(),
                                        slot.source(), state, told.limited});
}

// More is passed on at once; less is found by the next round.
void Router::SetDemand(Consumer& consumer, Source& source, uint8_t encodings, Timestamp now) {
  consumer.slot.set_demand(encodings);
  if (!source.announced) return;
  if (!IsHome(source)) {
    if (encodings > source.subscribed_demand) UpdateSubscription(source, now);
  } else if (encodings > source.demanded) {
    UpdateDemand(source, now);
  }
}

uint8_t Router::DemandHere(const Source& source) {
  uint8_t demand = 0;
  for (const Consumer* c : source.consumers) {
    if (c->downlink.connected()) demand = std::max(demand, c->slot.demand());
  }
  return demand;
}

void Router::UpdateDemand(Source& source, Timestamp now) {
  if (!source.announced || !IsHome(source) || !source.producer ||
      source.kind != MediaKind::kVideo) {
    return;
  }
  const auto all = std::min<uint8_t>(source.producer->encoding_count(), kMaxLayers);
  // What is turned on again begins whole: nobody has had time to say what they want.
  uint8_t demand = source.enabled ? DemandHere(source) : all;
  for (uint8_t e = 0; e < kMaxLayers; ++e) {
    if (source.demanding[e] != 0) demand = std::max<uint8_t>(demand, e + 1);
  }
  demand = std::min(demand, all);
  source.demanded = std::min(source.demanded, all);
  if (demand >= source.demanded) source.demand_fell_at.reset();
  if (demand == source.demanded) return;
  if (demand < source.demanded) {
    if (!source.demand_fell_at) source.demand_fell_at = now;
    if (now - *source.demand_fell_at < kDemandFalls) return;
    source.demand_fell_at.reset();
  }
  source.demanded = demand;
  output_.events.push_back(SourceDemand{source.transport, source.id, demand});
}

bool Router::IsShown(const Source& source, uint8_t encoding) const {
  if (source.subscribers[encoding] != 0) return true;
  return std::any_of(source.consumers.begin(), source.consumers.end(), [&](const Consumer* c) {
    return !c->slot.target().paused && c->slot.target().encoding == encoding;
  });
}

// What this core needs of a source that lives elsewhere.
void Router::UpdateSubscription(Source& source, Timestamp now) {
  if (!source.announced || IsHome(source)) return;
  uint8_t encodings = 0;
  bool active = false;
  for (const Consumer* c : source.consumers) {
    if (!c->downlink.connected()) continue;
    active = true;
    if (c->slot.target().paused) continue;
    encodings |= static_cast<uint8_t>(1u << c->slot.target().encoding);
    if (c->slot.live()) encodings |= static_cast<uint8_t>(1u << c->slot.live_encoding());
  }
  const uint8_t demand = DemandHere(source);
  if (active == source.subscribed && encodings == source.subscribed_encodings &&
      demand == source.subscribed_demand) {
    return;
  }
  if (!active) source.info_known = false;
  source.subscribed = active;
  source.subscribed_encodings = encodings;
  source.subscribed_demand = demand;
  PushSubscribe(source, now);
}

void Router::PushSubscribe(Source& source, Timestamp now) {
  output_.relay.Push({room_, config_.worker, uint64_t{1} << source.home.value(),
                      RelaySubscribe{source.id, source.subscribed_encodings, source.subscribed,
                                     source.subscribed_demand}});
  source.next_subscribe = Timestamp::Never();
  if (source.subscribed) {
    source.next_subscribe = now + (source.info_known ? kSubscribeRefresh : kSubscribeRetry);
    Schedule(source.next_subscribe);
  }
}

void Router::PushInfo(const Source& source, uint64_t workers) {
  output_.relay.Push({room_, config_.worker, workers, RelaySourceInfo{source.id, source.info}});
}

void Router::PushListen(uint64_t workers) {
  if (workers == 0) return;
  output_.relay.Push({room_, config_.worker, workers, RelayListen{listening_}});
}

void Router::RequestKeyFrame(Source& source, uint8_t encoding, Timestamp now) {
  if (encoding >= kMaxLayers) return;
  uint8_t arriving = source.arriving_key_frames;
  if (video_fan_out_.source == &source) arriving |= video_fan_out_.key_frames;
  if ((arriving >> encoding & 1) != 0) return;
  if (IsHome(source) && !source.enabled) return;
  KeyFrameGate& gate = source.gates[encoding];
  if (gate.Request(now)) SendKeyFrameRequest(source, encoding);
  Schedule(gate.NextTimeout());
}

void Router::SendKeyFrameRequest(Source& source, uint8_t encoding) {
  if (!IsHome(source)) {
    output_.relay.Push({room_, config_.worker, uint64_t{1} << source.home.value(),
                        RelayKeyFrameRequest{source.id, encoding}});
    return;
  }
  Peer* peer = FindPeer(source.transport);
  if (!peer || !source.producer || !peer->downlink.connected()) return;
  ByteWriter out(output_.outbox.Next());
  if (!peer->uplink.WriteKeyFrameRequest(out, *source.producer, encoding, ++source.fir_seq)) return;
  output_.outbox.Commit(peer->downlink.handle(), SendPriority::kRtcp, out.size());
  ++stats_.key_frame_requests;
  ++source.key_frame_requests;
}

}  // namespace parley
