#include "signaling/api/stats_json.h"

#include <algorithm>
#include <cmath>

#include "signaling/protocol/json_writer.h"
#include "signaling/room/room.h"

namespace parley {
namespace {

std::string_view NameOf(Codec codec) {
  switch (codec) {
    case Codec::kOpus:
      return "opus";
    case Codec::kRed:
      return "red";
    case Codec::kTelephoneEvent:
      return "telephone-event";
    case Codec::kVp8:
      return "VP8";
    case Codec::kVp9:
      return "VP9";
    case Codec::kH264:
      return "H264";
    case Codec::kAv1:
      return "AV1";
  }
  return "";
}

void WriteMs(JsonWriter& w, std::string_view key, Duration value) {
  WriteKey(w, key);
  w.Double(std::round(static_cast<double>(value.us()) / 100) / 10);
}

// A share of 0 to 1, to a hundredth of a percent.
void WriteShare(JsonWriter& w, std::string_view key, double value) {
  WriteKey(w, key);
  w.Double(std::round(value * 10'000) / 10'000);
}

template <class Items, class WriteItem>
void WriteObjects(JsonWriter& w, std::string_view key, const Items& items, WriteItem write_item) {
  WriteKey(w, key);
  w.StartArray();
  for (const auto& item : items) {
    w.StartObject();
    write_item(item);
    w.EndObject();
  }
  w.EndArray();
}

void WriteTransport(JsonWriter& w, const PeerStats& peer) {
  const TransportStats& figures = peer.figures;
  WriteMs(w, "round_trip_ms", figures.round_trip);
  WriteField(w, "uplink_bps", figures.uplink.bps());
  WriteField(w, "downlink_bps", figures.downlink.bps());
  if (figures.downlink_estimate != Bitrate()) {
    WriteField(w, "downlink_estimate_bps", figures.downlink_estimate.bps());
  }
  WriteShare(w, "uplink_loss", figures.uplink_loss);
  WriteShare(w, "downlink_loss", figures.downlink_loss);
  WriteMs(w, "queued_ms", peer.queued);
}

void WriteEncoding(JsonWriter& w, const EncodingStats& encoding) {
  WriteField(w, "bps", encoding.rate.bps());
  if (encoding.height != 0) WriteField(w, "height", int64_t{encoding.height});
  WriteField(w, "packets", encoding.expected);
  WriteField(w, "lost", encoding.lost);
  WriteMs(w, "jitter_ms", encoding.jitter);
}

void WriteSource(JsonWriter& w, const Participant& participant, SourceKind kind,
                 const SourceStats* stats) {
  const auto& source = participant.source(kind);
  WriteField(w, "source", source.id);
  WriteField(w, "kind", ToString(kind));
  WriteFlag(w, "on", source.on);
  if (!stats) return;
  if (stats->codec) WriteField(w, "codec", NameOf(*stats->codec));
  if (IsVideo(kind)) {
    WriteField(w, "spatial_layers", int64_t{stats->spatial_layers});
    WriteField(w, "demand", int64_t{stats->demand});
    WriteField(w, "key_frame_requests", int64_t{stats->key_frame_requests});
  }
  WriteObjects(w, "encodings", stats->encodings,
               [&](const EncodingStats& encoding) { WriteEncoding(w, encoding); });
}

void WriteSlot(JsonWriter& w, const SlotStats& slot) {
  WriteField(w, "slot", int64_t{slot.slot});
  WriteField(w, "source", slot.source);
  WriteField(w, "state", slot.paused ? "paused" : slot.live ? "live" : "waiting");
  if (slot.paused || slot.limited) WriteField(w, "reason", "bandwidth");
  if (slot.live) {
    WriteField(w, "encoding", int64_t{slot.encoding});
    WriteField(w, "spatial", int64_t{slot.spatial});
    WriteField(w, "temporal", int64_t{slot.temporal});
  }
  WriteField(w, "bps", slot.rate.bps());
  WriteField(w, "packets", int64_t{slot.packets});
  WriteField(w, "pauses", int64_t{slot.pauses});
  WriteField(w, "switches", int64_t{slot.switches});
  WriteField(w, "key_frame_requests", int64_t{slot.key_frame_requests});
}

void WritePlayback(JsonWriter& w, const Participant& participant) {
  const PlaybackTotals& totals = participant.playback;
  WriteField(w, "ms", totals.time.ms());
  WriteField(w, "heard_ms", totals.heard.ms());
  WriteField(w, "concealed_ms", totals.concealed.ms());
  WriteField(w, "frozen_ms", totals.frozen.ms());
  WriteField(w, "freezes", totals.freezes);
  const PlaybackReport& last = participant.last_playback;
  WriteObject(w, "last", [&](JsonWriter& each) {
    WriteField(each, "ms", last.time.ms());
    WriteField(each, "heard_ms", last.heard.ms());
    WriteField(each, "concealed_ms", last.concealed.ms());
    WriteObjects(each, "video", last.video, [&](const PlaybackReport::Video& video) {
      WriteField(each, "source", video.source);
      WriteField(each, "frozen_ms", video.frozen.ms());
      WriteField(each, "freezes", video.freezes);
    });
  });
}

void WriteParticipant(JsonWriter& w, const Participant& participant, const PeerStats* peer) {
  WriteField(w, "id", participant.id);
  WriteField(w, "name", participant.name);
  WriteField(w, "role", ToString(participant.role));
  WriteField(w, "kind", ToString(participant.kind));
  if (participant.playback.time > Duration::Zero()) {
    WriteObject(w, "playback", [&](JsonWriter& each) { WritePlayback(each, participant); });
  }
  if (!participant.leg) return;
  WriteField(w, "worker", int64_t{participant.leg->worker().value()});
  WriteFlag(w, "connected", participant.leg->connected);
  if (peer) WriteObject(w, "transport", [&](JsonWriter& each) { WriteTransport(each, *peer); });
  WriteKey(w, "sources");
  w.StartArray();
  for (const SourceKind kind : kAllSourceKinds) {
    const auto& source = participant.source(kind);
    if (!source.offered) continue;
    const SourceStats* stats = nullptr;
    if (peer) {
      const auto found = std::ranges::find(peer->sources, source.id, &SourceStats::source);
      if (found != peer->sources.end()) stats = &*found;
    }
    w.StartObject();
    WriteSource(w, participant, kind, stats);
    w.EndObject();
  }
  w.EndArray();
  if (peer) WriteObjects(w, "slots", peer->slots, [&](const SlotStats& s) { WriteSlot(w, s); });
}

}  // namespace

std::string WriteRoomStats(const Room& room,
                           const std::unordered_map<TransportId, PeerStats>& peers, bool complete,
                           Now now) {
  return WriteObject([&](JsonWriter& w) {
    WriteField(w, "room", room.record().name);
    WriteTime(w, "at", now.wall);
    WriteFlag(w, "complete", complete);
    WriteObjects(w, "participants", room.participants(), [&](const Participant* participant) {
      const auto found = participant->leg ? peers.find(participant->leg->transport()) : peers.end();
      WriteParticipant(w, *participant, found == peers.end() ? nullptr : &found->second);
    });
  });
}

}  // namespace parley
