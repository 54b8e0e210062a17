#pragma once

// One core of the SFU without a core: everything of a worker but its sockets, clock and threads.
// Owns the packet pool, the demultiplexer, the transports and the routers of one worker, and walks
// packets through them: HandleDatagram() -> Transport (STUN, DTLS, SRTP) -> Router -> Transport ->
// EngineSink. Sans-IO: time is an argument. Bounds in EngineConfig. One thread; a packet that was
// joined is forwarded without allocation or lock.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/base/packet_pool.h"
#include "sfu/base/socket_address.h"
#include "sfu/base/timer_wheel.h"
#include "sfu/base/units.h"
#include "sfu/forward/router.h"
#include "sfu/port/commands.h"
#include "sfu/port/events.h"
#include "sfu/transport/demux.h"
#include "sfu/transport/dtls_context.h"
#include "sfu/transport/transport.h"
#include "sfu/wire/packet_kind.h"
#include "sfu/worker/worker_metrics.h"

namespace parley {

// A datagram ready for the wire. Runs of the same destination stand together as far as the order of
// packets allows.
struct OutDatagram {
  SocketAddress to;
  std::span<const uint8_t> bytes;
};

// What a recorder is to get.
struct FeedDatagram {
  FeedId feed;
  SendPriority priority{};  // kVideo, kAudio; kRtcp: a compound with one sender report
  std::span<const uint8_t> bytes;
};

// Where an engine's output goes: a worker's sockets and rings, or a simulation. Called from inside
// the engine's calls; must not call it back. What is borrowed is valid during the call only.
class EngineSink {
 public:
  virtual ~EngineSink() = default;
  virtual void SendDatagrams(std::span<const OutDatagram> datagrams) = 0;
  // Each names its targets in `workers`, which may be moved from.
  virtual void Relay(std::span<RelayMessage> messages) = 0;
  virtual void Emit(std::span<Event> events) = 0;
  // An RTP packet for a local transport.
  virtual void DeliverLocal(TransportId /*to*/, std::span<const uint8_t> /*rtp*/) {}
  virtual void OpenFeed(FeedId /*feed*/, int /*socket*/) {}
  virtual void CloseFeed(FeedId /*feed*/) {}
  virtual void SendToFeeds(std::span<const FeedDatagram> /*datagrams*/) {}
};

struct EngineConfig {
  WorkerIndex worker;
  int worker_count = 1;
  uint64_t seed = 0;  // random, but in tests: table placement, first sequence numbers
  size_t pool_packets = 32768;
  size_t max_transports = 4096;
  size_t max_rooms = 4096;
  int max_ssrcs_per_transport = 32;
  Bitrate max_uplink = IngressLimit::kDefaultRate;  // of one transport
  size_t outbox_packets = 128;                      // sent at once at most; a slab of 1.7 KiB each
};

class Engine {
 public:
  // Everything given outlives the engine. `pool` is the worker's own.
  Engine(const EngineConfig& config, const DtlsContext& dtls, PacketPool& pool, EngineSink& sink,
         WorkerMetrics& metrics, Timestamp now);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // `packet` is the only reference. What leaves waits for Flush(), so that a batch of arrivals
  // makes a batch of departures.
  void HandleDatagram(PacketRef packet, const SocketAddress& from, Timestamp now);
  void HandleCommand(Command command, Timestamp now);
  void HandleRelay(RelayMessage message, Timestamp now);
  // An RTP packet of a local transport. `packet` is the only reference.
  void HandleLocal(TransportId from, PacketRef packet, Timestamp now);
  void HandleTcpClosed(const SocketAddress& address, Timestamp now);
  // `wall` goes into sender reports.
  void HandleTimeout(Timestamp now, WallTime wall);
  Timestamp NextTimeout() const;
  // At the end of every turn. False when there is video left for the next, after about as many
  // packets as that.
  bool Flush(Timestamp now, size_t video_packets = SIZE_MAX);
  // Says goodbye to every peer; the end of a worker.
  void CloseAll(Timestamp now);

  // A transport has checked this address: an ICE-TCP connection from it is worth keeping.
  bool IsKnownAddress(const SocketAddress& address);

  size_t transport_count() const { return slots_of_.size(); }
  size_t room_count() const { return rooms_of_.size(); }

 private:
  struct Peer;
  struct Room;
  // A local transport: a peer without a Transport.
  struct LocalPeer {
    TransportId id;
    RoomId room;
    FeedId feed;
  };
  using Slot = TransportSlot;

  void HandleStun(std::span<const uint8_t> packet, const SocketAddress& from, Timestamp now);
  void HandleMedia(Peer& peer, PacketKind kind, PacketRef packet, Timestamp now);
  // Sends what the transport has to say and tells the room what became of it.
  void DrainTransport(Peer& peer, Timestamp now);
  // Runs fan-outs of audio to their end and passes on what the router said.
  void DrainRouter(Room& room, Timestamp now);
  // Video that arrived goes to the slots: all of it, or about as many packets. False when some is
  // left.
  bool FanOut(Timestamp now, size_t packets = SIZE_MAX);
  void SendOutbox();
  Peer* PeerOf(std::span<const OutPacket> packets, size_t i);
  // `packets` are of one transport.
  void ProtectRun(std::span<OutPacket> packets);
  // `packets` are of one local transport.
  void DeliverRun(std::span<OutPacket> packets);
  void PassOn();
  void Report(Peer& peer, TransportDisconnected::Reason reason);
  void CollectMetrics();
  void DestroyPeer(Peer& peer, Timestamp now);
  void CreateLocal(const CreateTransport& command, Room& room, Timestamp now);
  void DestroyLocal(uint32_t index, Timestamp now);
  Room* FindRoom(RoomId room);
  Peer* FindPeer(TransportId transport);
  Room* RoomOf(TransportId transport);

  void Apply(const OpenRoom& command, Timestamp now);
  void Apply(const CloseRoom& command, Timestamp now);
  void Apply(const CreateTransport& command, Timestamp now);
  void Apply(const CloseTransport& command, Timestamp now);
  void Apply(const RestartIce& command, Timestamp now);
  void Apply(const AddSource& command, Timestamp now);
  void Apply(const RemoveSource& command, Timestamp now);
  void Apply(const EnableSource& command, Timestamp now);
  void Apply(const SetSlot& command, Timestamp now);
  void Apply(const OpenFeed& command, Timestamp now);
  void Apply(const CloseFeed& command, Timestamp now);
  void Apply(const AskKeyFrame& command, Timestamp now);
  void Apply(const AskStats& command, Timestamp now);

  // Timer ids: transports by slot, rooms behind them, then the one of CollectMetrics.
  TimerWheel::Id PeerTimer(Slot slot) const { return slot; }
  TimerWheel::Id RoomTimer(uint32_t index) const {
    return static_cast<TimerWheel::Id>(config_.max_transports + index);
  }
  TimerWheel::Id CollectionTimer() const {
    return static_cast<TimerWheel::Id>(config_.max_transports + config_.max_rooms);
  }

  const EngineConfig config_;
  const DtlsContext& dtls_;
  PacketPool& pool_;
  EngineSink& sink_;
  WorkerMetrics& metrics_;
  Demux demux_;
  RouterOutput output_;
  TimerWheel timers_;

  std::vector<std::unique_ptr<Peer>> peers_;  // by slot
  std::vector<Slot> free_slots_;
  std::unordered_map<TransportId, Slot> slots_of_;
  // Their handles follow those of peers_.
  std::vector<std::optional<LocalPeer>> locals_;
  std::unordered_map<TransportId, uint32_t> locals_of_;
  std::vector<std::unique_ptr<Room>> rooms_;
  std::vector<uint32_t> free_rooms_;
  std::unordered_map<RoomId, uint32_t> rooms_of_;
  std::vector<uint32_t> touched_;  // rooms whose timer has to be set again, or with video left
  uint64_t packets_sent_ = 0;      // to peers and feeds, since the engine was made
  std::vector<OutDatagram> batch_;
  std::vector<FeedDatagram> feed_batch_;
  RouterStats retired_;  // of closed rooms
  uint64_t retired_unauthenticated_ = 0;
};

}  // namespace parley
