#pragma once

// One room on one core. Owns the room's local producers, what this core knows of sources that live
// on others, and the receive slots of local transports; carries each packet from its source to the
// slots that show it. Sans-IO: time is an argument, output goes to the worker's RouterOutput. Lives
// on one worker's thread; Routers of a room on several workers talk through RelayMessages. Nothing
// on the packet path allocates, locks or throws.
//
// The engine, after every call that takes `now`: drain output.outbox, output.relay and
// output.events; while HasMore(), drain the outbox and call Continue(). A fan-out larger than the
// outbox's room is carried on that way; no other call may come between.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/base/packet_pool.h"
#include "sfu/base/units.h"
#include "sfu/forward/outbox.h"
#include "sfu/forward/relay.h"
#include "sfu/port/commands.h"
#include "sfu/port/events.h"

namespace parley {

// One per worker, shared by its Routers.
struct RouterOutput {
  explicit RouterOutput(size_t outbox_packets = 512, size_t relay_messages = 4096)
      : outbox(outbox_packets), relay(relay_messages) {
    events.reserve(256);
  }
  Outbox outbox;
  RelayOut relay;
  std::vector<Event> events;
};

struct RouterConfig {
  WorkerIndex worker;
  int worker_count = 1;
  // SSRCs that one peer may use, retransmission streams included; packets of more are dropped.
  int max_ssrcs_per_transport = 32;
};

// Since the Router was made.
struct RouterStats {
  uint64_t packets_in = 0;               // RTP from local publishers
  uint64_t packets_out = 0;              // RTP to local subscribers, retransmissions included
  uint64_t packets_relayed = 0;          // handed to other cores
  uint64_t malformed = 0;                // RTP or RTCP that did not parse
  uint64_t unknown_ssrc = 0;             // RTP that no producer could be found for
  uint64_t not_permitted = 0;            // packets of disabled sources
  uint64_t retransmissions_out = 0;      // answers to NACKs
  uint64_t retransmissions_refused = 0;  // too old, too soon or over the budget
  uint64_t key_frame_requests = 0;       // sent to publishers
};

class Router {
 public:
  // `seed` feeds the random starts of sequence numbers and timestamps.
  Router(RoomId room, const RouterConfig& config, RouterOutput& output, uint64_t seed);
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  // Commands, in the order the signaling thread sent them. They may allocate.
  // Nothing is sent to a transport before SetConnected.
  void AddTransport(TransportId transport, TransportHandle handle, const TransportParams& params,
                    Timestamp now);
  void RemoveTransport(TransportId transport, Timestamp now);
  void SetConnected(TransportId transport, bool connected, Timestamp now);
  void AddSource(const parley::AddSource& command, Timestamp now);
  void RemoveSource(SourceId source, Timestamp now);
  // Ignored by Routers that are not the source's home: EnableSource names no room, so an engine may
  // hand it to all of its Routers.
  void EnableSource(SourceId source, bool enabled, Timestamp now);
  void SetSlot(const parley::SetSlot& command, Timestamp now);

  // Packets, decrypted. `packet` must be the only reference.
  void HandleRtp(TransportId transport, PacketRef packet, Timestamp now);
  void HandleRtcp(TransportId transport, std::span<const uint8_t> datagram, Timestamp now);
  void HandleRelay(RelayMessage message, Timestamp now);

  // Reports, retries, coalesced requests. `wall` goes into sender reports.
  void HandleTimeout(Timestamp now, WallTime wall);
  Timestamp NextTimeout() const;

  bool HasMore() const;
  void Continue(Timestamp now);

  RoomId room() const;
  bool empty() const;  // no transports
  const RouterStats& stats() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley
