#pragma once

// What an Engine keeps of a room and of a peer; for engine*.cc only.

#include <cstdint>

#include "sfu/forward/router.h"
#include "sfu/transport/transport.h"
#include "sfu/worker/engine.h"

namespace parley {

struct Engine::Room {
  Room(RoomId id, uint32_t i, const RouterConfig& config, RouterOutput& output, uint64_t seed)
      : router(id, config, output, seed), index(i) {}

  Router router;
  uint32_t index;
  bool touched = false;
};

struct Engine::Peer {
  Peer(const CreateTransport& command, Room& r, Demux& demux, const DtlsContext& dtls,
       TransportSlot s, Timestamp now)
      : id(command.transport), room(r), slot(s), transport(demux, dtls, s, command.params, now) {}

  TransportId id;
  Room& room;
  TransportSlot slot;
  bool connected = false;  // as the room was told
  Transport transport;
};

inline void AddTo(RouterStats& sum, const RouterStats& stats) {
  sum.packets_in += stats.packets_in;
  sum.packets_out += stats.packets_out;
  sum.packets_relayed += stats.packets_relayed;
  sum.malformed += stats.malformed;
  sum.unknown_ssrc += stats.unknown_ssrc;
  sum.not_permitted += stats.not_permitted;
  sum.over_limit += stats.over_limit;
  sum.unreadable += stats.unreadable;
  sum.jumps += stats.jumps;
  sum.retransmissions_out += stats.retransmissions_out;
  sum.retransmissions_refused += stats.retransmissions_refused;
  sum.key_frame_requests += stats.key_frame_requests;
  sum.picture_losses_refused += stats.picture_losses_refused;
  sum.estimates_refused += stats.estimates_refused;
  sum.redundant_out += stats.redundant_out;
  sum.padding_out += stats.padding_out;
  sum.paced_lost += stats.paced_lost;
  sum.fallen_behind += stats.fallen_behind;
}

}  // namespace parley
