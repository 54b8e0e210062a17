#pragma once

// What one worker knows of a room when AskStats comes: a snapshot of plain values for whoever looks
// after the server. Counters begin with the stream, source or slot that they are of. Bounded by the
// transports of the room on that worker.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/base/units.h"
#include "sfu/port/events.h"
#include "sfu/wire/codec.h"

namespace parley {

// One simulcast encoding, or one scalable or plain stream.
struct EncodingStats {
  Bitrate rate;
  uint16_t height = 0;   // pixels; 0 unknown
  int64_t expected = 0;  // packets that should have come
  int64_t lost = 0;      // of them, before retransmission
  Duration jitter;       // RFC 3550 section 6.4.1
};

struct SourceStats {
  SourceId source;
  std::optional<Codec> codec;  // none before the first packet
  uint8_t spatial_layers = 1;
  uint8_t demand = 0;               // encodings that the publisher was told to send
  uint32_t key_frame_requests = 0;  // sent to the publisher
  std::vector<EncodingStats> encodings;
};

// Of slots that were given a source.
struct SlotStats {
  uint8_t slot = 0;
  SourceId source;
  bool live = false;
  bool paused = false;   // for want of bandwidth
  bool limited = false;  // smaller than wanted, for want of bandwidth
  uint8_t encoding = 0;
  uint8_t spatial = 0;  // highest spatial and temporal layer that is sent
  uint8_t temporal = 0;
  Bitrate rate;  // over the last interval of TransportStats
  uint32_t packets = 0;
  uint32_t pauses = 0;
  uint32_t switches = 0;            // to other sources, encodings and layers
  uint32_t key_frame_requests = 0;  // by the receiver
};

struct PeerStats {
  TransportId transport;
  // The rates are those of now, the losses those of the last TransportStats.
  TransportStats figures;
  Duration queued;  // since when the oldest packet waits for its turn
  std::vector<SourceStats> sources;
  std::vector<SlotStats> slots;
};

struct WorkerRoomStats {
  std::vector<PeerStats> peers;
};

}  // namespace parley
