// The packet's walk through a room: from a local producer or another core, past the speaker
// ranking, into the history, to other cores and to every slot here that shows it.

#include <algorithm>
#include <limits>
#include <utility>

#include "sfu/base/check.h"
#include "sfu/base/prefetch.h"
#include "sfu/forward/router.h"
#include "sfu/forward/router_peer.h"

namespace parley {
namespace {

// How old a key frame may be that a slot begins with, and how many packets it may need to come up
// with the others: as long as no other would be asked for, and no more than a link takes at once.
constexpr Duration kOldestEntry = KeyFrameGate::kInterval;
constexpr int64_t kLongestEntry = 48;

// How many places on a consumer is asked of memory, and how many its codec and its downlink, which
// the first leads to. Fewer do not hide the way to memory and page tables, more push each other
// out.
constexpr size_t kFarAhead = 6;
constexpr size_t kAhead = 3;

void PrefetchAhead(const std::vector<Consumer*>& consumers, size_t index) {
  if (index + kFarAhead < consumers.size()) {
    const Consumer& far = *consumers[index + kFarAhead];
    Prefetch(&far);
    far.slot.PrefetchState();
  }
  if (index + kAhead < consumers.size()) {
    const Consumer& near = *consumers[index + kAhead];
    near.slot.PrefetchCodec();
    near.downlink.PrefetchState();
  }
}

}  // namespace

void Router::HandleRtp(TransportId transport, PacketRef packet, Timestamp now) {
  PARLEY_CHECK(!MustContinue());
  Peer* peer = FindPeer(transport);
  if (!peer) return;
  ++stats_.packets_in;
  if (!peer->ingress.Take(packet.size(), now)) {
    ++stats_.over_limit;
    return;
  }
  auto view = RtpView::Parse(packet.bytes());
  if (!view) {
    ++stats_.malformed;
    return;
  }
  Uplink::Received received = peer->uplink.HandleRtp(packet, *view, now);
  if (peer->uplink.NextTimeout() < peer->at()) {
    peer_deadlines_.Set(*peer, peer->uplink.NextTimeout());
  }
  if (!received.producer) {
    ++stats_.unknown_ssrc;
    return;
  }
  Source* source = FindSource(received.producer->source());
  Producer::Result& result = received.result;
  if (result.jumped) ++stats_.jumps;
  if (result.unreadable) ++stats_.unreadable;
  if (result.codec_changed && !peer->limit_told && received.producer->takes_remb() &&
      TellsLimit()) {
    // Encoders that have grown beyond it would have lost packets first.
    peer->next_report = std::min(peer->next_report, OnReportGrid(now));
    peer_deadlines_.Set(*peer, std::min(peer->at(), peer->next_report));
  }
  if (source && source->announced && result.codec_changed) {
    RefreshInfo(*source, now);
    const Codec codec = received.producer->codec()->codec;
    output_.events.push_back(SourceStarted{.transport = transport,
                                           .source = source->id,
                                           .codec = codec == Codec::kRed ? Codec::kOpus : codec});
  }
  // Told and not forwarded where the source is to move here once its packets are known to come.
  if (!source || !source->announced || !IsHome(*source)) {
    ++stats_.not_permitted;
    return;
  }
  if (!source->enabled) {
    ++stats_.not_permitted;
    return;
  }
  if (!result.meta) {
    if (result.drop == Producer::Drop::kMalformed) ++stats_.malformed;
    if (result.drop == Producer::Drop::kOverLimit) ++stats_.over_limit;
    return;
  }
  const PacketMeta& meta = *result.meta;
  size_t layer = source->info.scalable ? meta.spatial_id : meta.encoding;
  if (layer < kMaxLayers && source->info.bitrate_bps[layer] == 0 && meta.needed_by != 0) {
    RefreshInfo(*source, now);
  }
  bool speaks = false;
  if (source->competes_for_seat && meta.needed_by != 0) {
    const bool spoke = audio_.IsChosen(*source);
    if (audio_.HandleLocalPacket(*source, meta, now)) EmitSpeakers();
    speaks = audio_.IsChosen(*source);
    if (speaks && !spoke) RelayPreRoll(*source, now);
  }
  Relay(*source, meta, packet, speaks);
  Distribute(*source, meta, std::move(packet), speaks, now);
}

void Router::Relay(const Source& source, const PacketMeta& meta, const PacketRef& packet,
                   bool speaks) {
  uint64_t workers = source.subscribers[meta.encoding] | (speaks ? listeners_ : 0);
  if (workers == 0) return;
  ++stats_.packets_relayed;
  output_.relay.Push({room_, config_.worker, workers,
                      RelayedPacket{source.id, speaks, meta, packet.Share(), false}});
}

// Other cores hear of the speaker from now on, and may give the seat later still.
void Router::RelayPreRoll(const Source& source, Timestamp now) {
  if (listeners_ == 0) return;
  source.pre_roll.ForEach(now, [&](const PacketMeta& meta, const PacketRef& packet) {
    output_.relay.Push({room_, config_.worker, listeners_,
                        RelayedPacket{source.id, false, meta, packet.Share(), true}});
  });
}

void Router::HandleRelay(RelayMessage message, Timestamp now) {
  PARLEY_CHECK(!MustContinue());
  uint64_t from = uint64_t{1} << message.from.value();
  if (auto* relayed = std::get_if<RelayedPacket>(&message.body)) {
    Source* source = FindSource(relayed->source);
    // From where it lived before, perhaps.
    if (!source || !source->announced || message.from != source->home) return;
    if (relayed->pre_roll) return source->pre_roll.Push(relayed->meta, relayed->packet);
    if (relayed->speaks && audio_.HandleRelayedPacket(*source, relayed->meta, now)) EmitSpeakers();
    Distribute(*source, relayed->meta, std::move(relayed->packet), relayed->speaks, now);
  } else if (auto* subscribe = std::get_if<RelaySubscribe>(&message.body)) {
    Source* source = FindSource(subscribe->source);
    if (!source || !IsHome(*source)) return;
    for (size_t e = 0; e < source->subscribers.size(); ++e) {
      bool wanted = subscribe->active && (subscribe->encodings >> e & 1) != 0;
      source->subscribers[e] =
          wanted ? source->subscribers[e] | from : source->subscribers[e] & ~from;
      const bool demands = subscribe->active && subscribe->demand == e + 1;
      source->demanding[e] = demands ? source->demanding[e] | from : source->demanding[e] & ~from;
    }
    source->info_subscribers =
        subscribe->active ? source->info_subscribers | from : source->info_subscribers & ~from;
    if (subscribe->active) PushInfo(*source, from);
    if (subscribe->active && subscribe->demand > source->demanded) UpdateDemand(*source, now);
  } else if (auto* listen = std::get_if<RelayListen>(&message.body)) {
    listeners_ = listen->active ? listeners_ | from : listeners_ & ~from;
  } else if (auto* info = std::get_if<RelaySourceInfo>(&message.body)) {
    Source* source = FindSource(info->source);
    if (!source || IsHome(*source) || !source->subscribed) return;
    source->info = info->info;
    source->info_known = true;
    ReallocateAll(*source, now);
  } else if (auto* request = std::get_if<RelayKeyFrameRequest>(&message.body)) {
    Source* source = FindSource(request->source);
    if (source && IsHome(*source)) RequestKeyFrame(*source, request->encoding, now);
  }
}

void Router::Distribute(Source& source, const PacketMeta& meta, PacketRef packet, bool speaks,
                        Timestamp now) {
  if (meta.key_frame) source.gates[meta.encoding].HandleKeyFrame();
  const bool heard = speaks && (audio_.SeatConsumers(source) || audio_.DominantConsumers(source));
  if (source.competes_for_seat) {
    if (heard) {
      LeadIn(source, now);
    } else if (meta.needed_by != 0) {
      source.pre_roll.Push(meta, packet);
    }
  }
  if (source.consumers.empty() && !heard) return;
  if (meta.key_frame) source.arriving_key_frames |= static_cast<uint8_t>(1u << meta.encoding);
  const bool first = source.arrivals.empty();
  const Arrival& arrival = output_.arrivals.Append(source.arrivals, meta, std::move(packet));
  if (meta.needed_by != 0) {
    source.histories[meta.encoding].Insert(meta, arrival.packet, arrival.order, now);
  }
  if (source.kind == MediaKind::kAudio) {
    BeginFanOut(audio_fan_out_, source, speaks);
    RunFanOut(audio_fan_out_, now);
    return;
  }
  if (first) waiting_.push_back(&source);
  if (output_.arrivals.full()) FanOut(now);
}

// What was said before its speaker was given the seat goes ahead of what comes now.
void Router::LeadIn(Source& source, Timestamp now) {
  source.pre_roll.Take(now, [&](const PacketMeta& meta, PacketRef packet) {
    if (output_.arrivals.nearly_full()) return;
    output_.arrivals.Append(source.arrivals, meta, std::move(packet)).pre_roll = true;
  });
}

void Router::FanOut(Timestamp now) {
  PARLEY_CHECK(!audio_fan_out_.source);
  RunVideo(now);
}

void Router::Continue(Timestamp now) {
  if (audio_fan_out_.source) {
    RunFanOut(audio_fan_out_, now);
  } else {
    RunVideo(now);
  }
}

// Until the outbox is full or nothing is left.
void Router::RunVideo(Timestamp now) {
  for (;;) {
    if (!video_fan_out_.source) {
      if (waiting_.empty()) return;
      Source& source = *waiting_.back();
      waiting_.pop_back();
      BeginFanOut(video_fan_out_, source, false);
    }
    if (!RunFanOut(video_fan_out_, now)) return;
  }
}

void Router::BeginFanOut(Progress& f, Source& source, bool speaks) {
  const std::vector<Consumer*>* seat = speaks ? audio_.SeatConsumers(source) : nullptr;
  const std::vector<Consumer*>* dominant = speaks ? audio_.DominantConsumers(source) : nullptr;
  f = {&source,
       std::exchange(source.arrivals, {}),
       std::exchange(source.arriving_key_frames, uint8_t{0}),
       {&source.consumers, seat, dominant},
       0,
       0,
       kNoArrival};
  f.arrival = f.arrivals.first;
}

// False when the outbox is full before the end.
bool Router::RunFanOut(Progress& f, Timestamp now) {
  if (!OfferToAll(f, now)) return false;
  output_.arrivals.Release(f.arrivals);
  f.source = nullptr;
  return true;
}

// False when the outbox has no room for the next.
bool Router::OfferToAll(Progress& f, Timestamp now) {
  const Source* dominant = f.lists[2] ? FindSource(audio_.dominant()) : nullptr;
  for (; f.list < f.lists.size(); ++f.list, f.index = 0) {
    if (!f.lists[f.list]) continue;
    const std::vector<Consumer*>& consumers = *f.lists[f.list];
    for (; f.index < consumers.size(); ++f.index) {
      Consumer& consumer = *consumers[f.index];
      PrefetchAhead(consumers, f.index);
      if (!IsAddressed(f, consumer, dominant)) continue;
      while (f.arrival != kNoArrival) {
        if (output_.outbox.room() == 0) return false;
        const Arrival& arrival = output_.arrivals[f.arrival];
        if (!arrival.pre_roll || f.list != 0) Offer(consumer, *f.source, arrival, now);
        f.arrival = arrival.next;
      }
      f.arrival = f.arrivals.first;
    }
  }
  return true;
}

bool Router::IsAddressed(const Progress& f, const Consumer& consumer,
                         const Source* dominant) const {
  if (!consumer.downlink.connected()) return false;
  if (f.list == 0) return true;
  const TransportId listener = consumer.slot.transport();
  if (listener == f.source->transport || listener == f.source->other_transport) return false;
  return f.list == 1 || audio_.FollowsDominant(*f.source, dominant, listener);
}

// By Arrival::order: what comes behind it waits for a fan-out that reaches this consumer, or for
// its turn in the one that is under way.
uint64_t Router::LastNotToBeOffered(const Consumer& consumer, const Source& source) const {
  ArrivalIndex next = source.arrivals.first;
  const Progress& f = video_fan_out_;
  if (f.source == &source) {
    const auto& consumers = source.consumers;
    const auto place =
        static_cast<size_t>(std::ranges::find(consumers, &consumer) - consumers.begin());
    if (place == f.index) next = f.arrival;
    if (place > f.index) next = f.arrivals.first;
  }
  return next == kNoArrival ? std::numeric_limits<uint64_t>::max()
                            : output_.arrivals[next].order - 1;
}

void Router::Offer(Consumer& consumer, Source& source, const Arrival& arrival, Timestamp now) {
  const PacketMeta& meta = arrival.meta;
  if (source.kind == MediaKind::kVideo) {
    if (consumer.downlink.blocked()) return;
    consumer.slot.set_most_temporal(consumer.downlink.MostTemporal(now));
  }
  Rewrite rewrite;
  switch (consumer.slot.Handle(source.id, meta, now, rewrite)) {
    case Slot::Outcome::kForward:
      Send(consumer, rewrite, meta, arrival.packet, now);
      return;
    case Slot::Outcome::kEntered:
      Send(consumer, rewrite, meta, arrival.packet, now);
      Tell(consumer, SlotSwitched::State::kLive);
      CatchUp(consumer, source, arrival, now);
      UpdateSubscription(source, now);
      if (consumer.slot.AwaitedEncoding()) {
        RequestKeyFrame(source, *consumer.slot.AwaitedEncoding(), now);
      }
      return;
    case Slot::Outcome::kNeedsEntry:
      if (EnterFromHistory(consumer, source, arrival.order, now)) return;
      RequestKeyFrame(source, consumer.slot.target().encoding, now);
      return;
    case Slot::Outcome::kUnsupportedCodec:
      Tell(consumer, SlotSwitched::State::kUnsupportedCodec);
      return;
    case Slot::Outcome::kWithheld:
      return;
  }
}

// The first packet of a key frame can come after others of it: it was lost and recovered. Those
// that came before it passed the slot by and follow from the history; those that came after it are
// offered in their turn.
void Router::CatchUp(Consumer& consumer, Source& source, const Arrival& arrival, Timestamp now) {
  PacketHistory& history = source.histories[arrival.meta.encoding];
  for (int64_t seq = arrival.meta.seq + 1; seq <= history.highest(); ++seq) {
    const PacketHistory::Entry* entry = history.Find(seq, now);
    if (!entry || entry->order > arrival.order) continue;
    if (output_.outbox.room() == 0) return;
    Rewrite rewrite;
    if (consumer.slot.Handle(source.id, entry->meta, now, rewrite) != Slot::Outcome::kForward) {
      continue;
    }
    Send(consumer, rewrite, entry->meta, entry->packet, now);
  }
}

// Whoever comes just after a key frame begins with it, and gets what followed up to `last`
// (Arrival::order) in one run, rather than ask the publisher for another.
bool Router::EnterFromHistory(Consumer& consumer, Source& source, uint64_t last, Timestamp now) {
  Slot& slot = consumer.slot;
  const auto encoding = slot.AwaitedEncoding();
  if (!encoding || slot.live() || !consumer.downlink.connected() || consumer.downlink.blocked()) {
    return false;
  }
  const PacketHistory& history = source.histories[*encoding];
  const int64_t first = history.key_frame();
  const int64_t length = history.highest() - first + 1;
  if (first < 0 || history.unbroken() != history.highest() || length > kLongestEntry) return false;
  if (output_.outbox.room() < static_cast<size_t>(length) + kOutboxReserve) return false;
  const PacketHistory::Entry* key_frame = history.Find(first, now);
  const PacketHistory::Entry* newest = history.Find(history.highest(), now);
  if (!key_frame || now - key_frame->meta.arrival > kOldestEntry || key_frame->order > last ||
      key_frame->meta.generation != newest->meta.generation) {
    return false;
  }
  slot.set_most_temporal(consumer.downlink.MostTemporal(now));
  for (int64_t seq = first; seq <= history.highest(); ++seq) {
    const PacketHistory::Entry* entry = history.Find(seq, now);
    if (!entry || entry->order > last) continue;
    Rewrite rewrite;
    const Slot::Outcome outcome = slot.Handle(source.id, entry->meta, now, rewrite);
    if (outcome == Slot::Outcome::kForward || outcome == Slot::Outcome::kEntered) {
      Send(consumer, rewrite, entry->meta, entry->packet, now);
    }
    if (!slot.live()) return false;
  }
  Tell(consumer, SlotSwitched::State::kLive);
  UpdateSubscription(source, now);
  if (slot.AwaitedEncoding()) RequestKeyFrame(source, *slot.AwaitedEncoding(), now);
  return true;
}

}  // namespace parley
