#pragma once

// What the signaling thread asks of a worker. Commands are plain values, applied in the order sent;
// they may allocate, being nowhere near the packet path. A command that names a room, transport,
// source or slot that is gone is ignored: it crossed with the end of it.

#include <cstdint>
#include <optional>
#include <variant>

#include "sfu/base/ids.h"
#include "sfu/base/units.h"
#include "sfu/port/media_params.h"

namespace parley {

// Sent to every worker when a room opens and closes: each has a Router for it.
struct OpenRoom {
  RoomId room;
};
struct CloseRoom {
  RoomId room;
};

// A peer connection on this worker. Its sources must also be announced by AddSource.
struct CreateTransport {
  RoomId room;
  TransportId transport;
  TransportParams params;
};
struct CloseTransport {
  TransportId transport;
};
// ICE restart (RFC 8445 section 9): new credentials both ways; DTLS and SRTP go on unless the peer
// presents another fingerprint.
struct RestartIce {
  TransportId transport;
  IceParams local_ice;
  IceParams remote_ice;
};

// Sent to every worker: a source of the room and the worker whose transport sends it.
struct AddSource {
  RoomId room;
  SourceId source;
  MediaKind kind = MediaKind::kAudio;
  // Microphones compete for the speaker seats; a screen's audio does not.
  bool competes_for_seat = false;
  WorkerIndex home;
  TransportId transport;  // whose source it is: a seat never returns to its own speaker
};
struct RemoveSource {
  RoomId room;
  SourceId source;
};
// To the home worker: packets of a disabled source (muted, or not permitted) are dropped on
// arrival.
struct EnableSource {
  SourceId source;
  bool enabled = false;
};

// What a slot that follows kAssigned carries from now on. The switch happens at the next clean
// entry (a key frame for video); until then nothing is sent in the slot. Answered by SlotSwitched.
struct SetSlot {
  TransportId transport;
  uint8_t slot = 0;
  SourceId source;          // none: pause the slot
  uint16_t max_height = 0;  // pixels the receiver shows; the layer is chosen to fit; 0 is no limit
  uint8_t priority = 0;  // larger is served first: 0 thumbnail, 1 visible, 2 pinned, stage, screen
  uint32_t epoch = 0;    // of the slot map that this belongs to
};

// A recorder's socket on this worker: SOCK_SEQPACKET and connected, the worker's from here on.
struct OpenFeed {
  FeedId feed;
  int socket = -1;
};
struct CloseFeed {
  FeedId feed;
};
// A recorder cannot go on with what the slot carries without a key frame.
struct AskKeyFrame {
  TransportId transport;
  uint8_t slot = 0;
};

// Answered by RoomStats under the same number, of a room that is gone too.
struct AskStats {
  RoomId room;
  uint32_t question = 0;
};

using Command =
    std::variant<OpenRoom, CloseRoom, CreateTransport, CloseTransport, RestartIce, AddSource,
                 RemoveSource, EnableSource, SetSlot, OpenFeed, CloseFeed, AskKeyFrame, AskStats>;

}  // namespace parley
