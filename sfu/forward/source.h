#pragma once

// A source of the room as one core knows it: a local producer's or one that another core relays.
// Owned by the Router. Plain state with the few operations that keep it consistent.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/base/units.h"
#include "sfu/forward/arrival_pool.h"
#include "sfu/forward/key_frame_gate.h"
#include "sfu/forward/packet_history.h"
#include "sfu/forward/pre_roll.h"
#include "sfu/forward/producer.h"
#include "sfu/forward/source_info.h"
#include "sfu/forward/speaker_ranking.h"

namespace parley {

struct Consumer;

// Audio is asked for again within a second or never; 64 packets of 20 ms are more than that.
inline constexpr size_t kAudioHistory = 64;
inline constexpr size_t kVideoHistory = 512;

struct Source {
  explicit Source(SourceId source_id) : id(source_id) {
    local_candidate.source = room_candidate.source = id;
  }

  // Before the first packets: tables for what is to be kept of them.
  void ReserveHistories() {
    if (competes_for_seat) pre_roll.Reserve();
    if (kind == MediaKind::kAudio) return histories[0].Reserve();
    size_t encodings = producer ? producer->encoding_count() : histories.size();
    for (size_t e = 0; e < encodings; ++e) histories[e].Reserve();
  }

  SourceId id;
  bool announced = false;  // by AddSource; until then nothing of it is forwarded
  bool enabled = false;
  MediaKind kind = MediaKind::kAudio;
  bool competes_for_seat = false;
  WorkerIndex home;
  TransportId transport;
  // The sender's second, while it moves to another core: neither hears what it says itself.
  TransportId other_transport;
  Producer* producer = nullptr;  // on the home core while its transport is there

  SourceInfo info;
  std::array<PacketHistory, kMaxLayers> histories{
      PacketHistory(kVideoHistory), PacketHistory(kVideoHistory), PacketHistory(kVideoHistory)};
  PreRoll pre_roll;
  std::array<KeyFrameGate, kMaxLayers> gates;
  uint8_t fir_seq = 0;
  uint32_t key_frame_requests = 0;  // sent to the publisher, by the home core
  // What arrived and whose fan-out has not begun, and, bit per encoding, whose key frames begin in
  // it: none need be asked for.
  ArrivalChain arrivals;
  uint8_t arriving_key_frames = 0;

  std::vector<Consumer*> consumers;  // slots that were assigned the source
  SpeakerCandidate local_candidate;  // among this core's sources
  SpeakerCandidate room_candidate;   // among all cores' best

  // On the home core: who gets its packets, who wants as many encodings to be sent, and who gets
  // its SourceInfo, bit per worker.
  std::array<uint64_t, kMaxLayers> subscribers{};
  std::array<uint64_t, kMaxLayers> demanding{};
  uint64_t info_subscribers = 0;
  // How many encodings the publisher was told to send, and since when fewer would do.
  uint8_t demanded = kMaxLayers;
  std::optional<Timestamp> demand_fell_at;
  // Elsewhere: what this core asked the home for.
  uint8_t subscribed_encodings = 0;
  uint8_t subscribed_demand = 0;
  bool subscribed = false;
  bool info_known = false;
  Timestamp next_subscribe = Timestamp::Never();
};

}  // namespace parley
