// What a Router tells an operator who asks.

#include "sfu/forward/router.h"
#include "sfu/forward/router_peer.h"
#include "sfu/port/room_stats.h"

namespace parley {
namespace {

EncodingStats StatsOf(RtpStream& stream, uint16_t height, uint32_t clock_rate, Timestamp now) {
  EncodingStats stats;
  stats.rate = stream.Rate(now);
  stats.height = height;
  stats.expected = stream.stats().expected();
  stats.lost = stream.stats().lost_first();
  stats.jitter = Duration::Micros(int64_t{stream.stats().jitter()} * 1'000'000 / clock_rate);
  return stats;
}

SourceStats StatsOf(Producer& producer, const Source* source, Timestamp now) {
  SourceStats stats;
  const SourceInfo info = producer.MakeInfo(now);
  stats.source = producer.source();
  if (info.codec) stats.codec = info.codec->codec;
  if (info.scalable) stats.spatial_layers = static_cast<uint8_t>(info.highest_active() + 1);
  if (source) {
    stats.demand = std::min(source->demanded, producer.encoding_count());
    stats.key_frame_requests = source->key_frame_requests;
  }
  const uint32_t clock_rate = info.codec ? info.codec->clock_rate : CodecKey().clock_rate;
  const auto top = static_cast<size_t>(std::max(info.highest_active(), 0));
  for (uint8_t e = 0; e < producer.encoding_count(); ++e) {
    const uint16_t height = info.heights[info.scalable ? top : e];
    stats.encodings.push_back(StatsOf(producer.stream(e), height, clock_rate, now));
  }
  return stats;
}

SlotStats StatsOf(const Slot& slot) {
  SlotStats stats;
  stats.slot = slot.params().index;
  stats.source = slot.source();
  stats.live = slot.live();
  stats.paused = slot.target().paused;
  stats.limited = slot.limited();
  if (slot.live()) {
    stats.encoding = slot.live_encoding();
    stats.spatial = slot.live_spatial();
    stats.temporal = slot.temporal();
  }
  stats.rate = slot.rate();
  stats.packets = slot.packets_sent();
  stats.pauses = slot.counts().pauses;
  stats.switches = slot.counts().switches;
  stats.key_frame_requests = slot.counts().key_frame_requests;
  return stats;
}

}  // namespace

void Router::CollectStats(WorkerRoomStats& stats, Timestamp now) {
  for (auto& [id, peer] : peers_) {
    if (peer->is_feed) continue;
    PeerStats& out = stats.peers.emplace_back();
    Downlink& downlink = peer->downlink;
    out.transport = id;
    out.figures = peer->last_stats;
    out.figures.transport = id;
    out.figures.round_trip = downlink.round_trip();
    out.figures.uplink = peer->uplink.Rate(now);
    out.figures.downlink = downlink.Rate(now);
    out.figures.downlink_estimate = downlink.Estimate(now);
    if (downlink.controller()) out.queued = downlink.controller()->pacer().Waited(now);
    for (auto& producer : peer->uplink.producers()) {
      out.sources.push_back(StatsOf(*producer, FindSource(producer->source()), now));
    }
    for (const auto& consumer : downlink.consumers()) {
      if (consumer->slot.source() != SourceId()) out.slots.push_back(StatsOf(consumer->slot));
    }
  }
}

}  // namespace parley
