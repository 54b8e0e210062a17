#pragma once

// What a worker tells the signaling thread. Plain values, in the order they happened on that
// worker.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/base/units.h"
#include "sfu/port/media_params.h"

namespace parley {

struct WorkerRoomStats;  // room_stats.h

inline constexpr int kSpeakerSeats = 3;

// ICE and DTLS are done: media can flow both ways.
struct TransportConnected {
  TransportId transport;
  bool tcp = false;
};
// No valid check and no authenticated packet for 30 s (RFC 7675 section 5.1), or DTLS was closed or
// failed. The transport is dead; an ICE restart of a transport that only lost consent revives it.
struct TransportDisconnected {
  TransportId transport;
  enum class Reason : uint8_t { kConsentExpired, kDtlsClosed, kDtlsFailed } reason{};
};

// The speaker seats of a room as this worker's Router sees them. Workers may differ for a moment.
struct SpeakersChanged {
  WorkerIndex worker;
  RoomId room;
  uint32_t epoch = 0;                           // counts up per room and worker
  std::array<SourceId, kSpeakerSeats> seats{};  // none: the seat is empty
  SourceId dominant;                            // none while nobody spoke yet
};

// The slot now carries the source: its first clean packet left. Or nothing of it can be sent.
struct SlotSwitched {
  TransportId transport;
  uint8_t slot = 0;
  uint32_t epoch = 0;
  SourceId source;
  enum class State : uint8_t {
    kLive,
    kPausedBandwidth,   // the receiver's link is too weak
    kUnsupportedCodec,  // the receiver cannot decode it
  } state{};
  // kLive: smaller than SetSlot asked for, because the receiver's link is too weak for more. Told
  // anew when it changes.
  bool limited = false;
};

// The first packets of a source arrived, or it began to send another codec.
struct SourceStarted {
  TransportId transport;  // the publisher's
  SourceId source;
  Codec codec = Codec::kOpus;
};

// How many encodings of a local publisher's source, lowest first, anybody is shown: the others need
// not be sent. All, until told otherwise; more is told at once, fewer when it has lasted.
struct SourceDemand {
  TransportId transport;  // the publisher's
  SourceId source;
  uint8_t encodings = 0;
};

// Every 2 s for each connected transport.
struct TransportStats {
  TransportId transport;
  Duration round_trip;        // zero while unknown
  float uplink_loss = 0;      // share of the peer's packets that never arrived, 0..1
  float downlink_loss = 0;    // share of ours that the peer reports lost, 0..1
  Bitrate uplink;             // received from the peer
  Bitrate downlink;           // sent to it
  Bitrate downlink_estimate;  // ours, else the peer's REMB; zero while unknown
};

// The answer to AskStats.
struct RoomStats {
  WorkerIndex worker;
  uint32_t question = 0;
  // Shared: events are values that may be copied, and nobody can say which copy is the last.
  std::shared_ptr<const WorkerRoomStats> stats;
};

using Event = std::variant<TransportConnected, TransportDisconnected, SpeakersChanged, SlotSwitched,
                           SourceStarted, SourceDemand, TransportStats, RoomStats>;

}  // namespace parley
