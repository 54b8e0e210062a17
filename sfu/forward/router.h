#pragma once

// One room on one core. Owns the room's local producers, what this core knows of sources that live
// on others, and the receive slots of local transports; carries each packet from its source to the
// slots that show it. Sans-IO: time is an argument, output goes to the worker's RouterOutput. Lives
// on one worker's thread; Routers of a room on several workers talk through RelayMessages. Nothing
// on the packet path allocates, locks or throws.
//
// Audio is fanned out as it comes; video waits for FanOut(), so that each slot gets all of a
// source's packets of one turn together.
//
// The engine, after every call that takes `now`: drain output.outbox, output.relay and
// output.events; while MustContinue(), drain the outbox and call Continue(). A fan-out larger than
// the outbox's room is carried on that way; no other call may come between. Several calls may share
// one draining as long as the outbox keeps kOutboxReserve packets of room. At the end of every
// turn: FanOut(), and Continue() likewise while HasMore(). Between two of these, packets and
// timeouts may be handled, so that audio need not wait for all of the video before it; before every
// command nothing may be left.

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <random>
#include <span>
#include <unordered_map>
#include <vector>

#include "sfu/base/deadline_heap.h"
#include "sfu/base/ids.h"
#include "sfu/base/packet_pool.h"
#include "sfu/base/units.h"
#include "sfu/forward/arrival_pool.h"
#include "sfu/forward/audio_redundancy.h"
#include "sfu/forward/ingress_limit.h"
#include "sfu/forward/outbox.h"
#include "sfu/forward/packet_history.h"
#include "sfu/forward/relay.h"
#include "sfu/forward/room_audio.h"
#include "sfu/forward/slot.h"
#include "sfu/forward/source.h"
#include "sfu/port/commands.h"
#include "sfu/port/events.h"
#include "sfu/wire/opus_red.h"

namespace parley {

class NackView;
struct SenderInfo;
class TwccView;
struct WorkerRoomStats;
struct WrittenPacket;

// Room that one call may need beyond a fan-out: feedback, reports, retransmissions.
inline constexpr size_t kOutboxReserve = 64;

// Packets that wait for their fan-out on one worker; a Router that takes the last place begins its
// fan-out at once.
inline constexpr size_t kMaxArrivals = 256;

// One per worker, shared by its Routers.
struct RouterOutput {
  explicit RouterOutput(size_t outbox_packets = 512, size_t relay_messages = 4096,
                        size_t max_arrivals = kMaxArrivals)
      : arrivals(max_arrivals), outbox(outbox_packets), relay(relay_messages) {
    events.reserve(256);
  }
  ArrivalPool arrivals;
  Outbox outbox;
  RelayOut relay;
  std::vector<Event> events;
};

struct RouterConfig {
  WorkerIndex worker;
  int worker_count = 1;
  // SSRCs that one peer may use, retransmission streams included; packets of more are dropped.
  int max_ssrcs_per_transport = 32;
  // What one peer may send; packets beyond are dropped. Publishers are told of less than the
  // default: no browser comes near that.
  Bitrate max_uplink = IngressLimit::kDefaultRate;
};

// Since the Router was made.
struct RouterStats {
  uint64_t packets_in = 0;               // RTP from local publishers
  uint64_t packets_out = 0;              // RTP to local subscribers, retransmissions included
  uint64_t packets_relayed = 0;          // handed to other cores
  uint64_t malformed = 0;                // RTP or RTCP that did not parse
  uint64_t unknown_ssrc = 0;             // RTP that no producer could be found for
  uint64_t not_permitted = 0;            // packets of disabled sources
  uint64_t over_limit = 0;               // packets of who sends more than max_uplink
  uint64_t unreadable = 0;               // payload, layers or extensions cannot be read
  uint64_t jumps = 0;                    // packets far from those before, in number or in time
  uint64_t retransmissions_out = 0;      // answers to NACKs
  uint64_t retransmissions_refused = 0;  // too old, too soon or over the budget
  uint64_t key_frame_requests = 0;       // sent to publishers
  uint64_t picture_losses_refused = 0;   // receivers asked for key frames too often
  uint64_t estimates_refused = 0;        // receivers told a bandwidth too often
  uint64_t redundant_out = 0;            // audio packets that repeat earlier ones
  uint64_t padding_out = 0;              // packets of nothing else, to probe
  uint64_t paced_lost = 0;               // waited for their turn longer than they could be kept
  uint64_t fallen_behind = 0;            // times that a subscriber's waiting video was dropped
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
  // The transport's packets go to another address from now on: its path may be another one.
  void HandleNewPath(TransportId transport, Timestamp now);
  void AddSource(const parley::AddSource& command, Timestamp now);
  void RemoveSource(SourceId source, Timestamp now);
  // Ignored by Routers that are not the source's home: EnableSource names no room, so an engine may
  // hand it to all of its Routers.
  void EnableSource(SourceId source, bool enabled, Timestamp now);
  void SetSlot(const parley::SetSlot& command, Timestamp now);
  void AskKeyFrame(const parley::AskKeyFrame& command, Timestamp now);

  // What an operator may want to know of the transports here. Costs what they are many.
  void CollectStats(WorkerRoomStats& stats, Timestamp now);

  // Packets, decrypted. `packet` must be the only reference.
  void HandleRtp(TransportId transport, PacketRef packet, Timestamp now);
  void HandleRtcp(TransportId transport, std::span<const uint8_t> datagram, Timestamp now);
  void HandleRelay(RelayMessage message, Timestamp now);

  // Reports, retries, coalesced requests. `wall` goes into sender reports.
  void HandleTimeout(Timestamp now, WallTime wall);
  Timestamp NextTimeout() const { return std::min(next_timeout_, peer_deadlines_.Next()); }

  // Begins to offer what waits to the slots, or goes on.
  void FanOut(Timestamp now);
  bool HasMore() const { return audio_fan_out_.source || video_fan_out_.source; }
  // What is left is audio, or holds places that others need.
  bool MustContinue() const {
    return audio_fan_out_.source || (video_fan_out_.source && output_.arrivals.full());
  }
  void Continue(Timestamp now);
  // Something for FanOut() to begin with.
  bool HasWaiting() const { return !waiting_.empty(); }

  RoomId room() const { return room_; }
  bool empty() const { return peers_.empty(); }  // no transports
  const RouterStats& stats() const { return stats_; }

 private:
  struct Peer;
  // How far arrivals of one source have got: all of them to one consumer, then to the next. They
  // are the source's no more: what comes meanwhile has a fan-out of its own.
  struct Progress {
    Source* source = nullptr;
    ArrivalChain arrivals;
    uint8_t key_frames = 0;  // as Source::arriving_key_frames
    // The source's own consumers, its seat's, and those that follow the dominant speaker.
    std::array<const std::vector<Consumer*>*, 3> lists{};
    size_t list = 0;
    size_t index = 0;
    ArrivalIndex arrival = kNoArrival;
  };

  Peer* FindPeer(TransportId transport);
  Source* FindSource(SourceId source);
  Source& SourceOf(SourceId source);
  bool IsHome(const Source& source) const { return source.home == config_.worker; }
  uint64_t OtherWorkers() const;
  void Schedule(Timestamp at);
  // Some local or remote consumer gets the encoding.
  bool IsShown(const Source& source, uint8_t encoding) const;
  void EmitSpeakers();

  // router.cc
  void LinkProducers(Peer& peer, Timestamp now);
  void UnlinkProducers(Peer& peer, Timestamp now);
  void Detach(Consumer& consumer, Timestamp now);
  void Silence(Source& source);

  // router_media.cc: a packet's way.
  void Distribute(Source& source, const PacketMeta& meta, PacketRef packet, bool speaks,
                  Timestamp now);
  void Relay(const Source& source, const PacketMeta& meta, const PacketRef& packet, bool speaks);
  void RelayPreRoll(const Source& source, Timestamp now);
  void LeadIn(Source& source, Timestamp now);
  void BeginFanOut(Progress& f, Source& source, bool speaks);
  bool RunFanOut(Progress& f, Timestamp now);
  void RunVideo(Timestamp now);
  bool OfferToAll(Progress& f, Timestamp now);
  bool IsAddressed(const Progress& f, const Consumer& consumer, const Source* dominant) const;
  uint64_t LastNotToBeOffered(const Consumer& consumer, const Source& source) const;
  void Offer(Consumer& consumer, Source& source, const Arrival& arrival, Timestamp now);
  void CatchUp(Consumer& consumer, Source& source, const Arrival& arrival, Timestamp now);
  bool EnterFromHistory(Consumer& consumer, Source& source, uint64_t last, Timestamp now);

  // router_sending.cc: at once, or when the subscriber's pacer says so.
  void Send(Consumer& consumer, const Rewrite& rewrite, const PacketMeta& meta,
            const PacketRef& packet, Timestamp now);
  [[nodiscard]] bool Enqueue(Consumer& consumer, SeqNum seq, size_t size, Timestamp now);
  void DropVideo(Downlink& downlink);
  // What was carried stops, and what of it waits is let go.
  void Interrupt(Consumer& consumer);
  using RedBlocks = std::array<RedBlock, AudioRedundancy::kMaxDepth>;
  std::span<const RedBlock> RedundantFor(const Consumer& consumer, const Rewrite& rewrite,
                                         const PacketMeta& meta, Timestamp now, RedBlocks& blocks);
  void Depart(Consumer& consumer, const Rewrite& rewrite, const PacketMeta& meta,
              std::span<const uint8_t> packet, Timestamp now);
  [[nodiscard]] bool SendAgain(Consumer& consumer, const Slot::Retransmission& what,
                               const PacketHistory::Entry& entry, Timestamp now);
  void Pace(Downlink& downlink, Timestamp now);
  [[nodiscard]] bool SendPadding(Downlink& downlink, Timestamp now);
  void SendPaced(Downlink& downlink, const PacedPacket& paced, Timestamp now);
  void SchedulePacing(Downlink& downlink, Timestamp now);
  void Commit(Consumer& consumer, const WrittenPacket& written, SendPriority priority,
              Timestamp now);

  // router_feedback.cc: RTCP of local peers.
  void HandleTransportFeedback(Peer& peer, const TwccView& feedback, Timestamp now);
  void HandleNack(Peer& peer, const NackView& nack, Timestamp now);
  void Retransmit(Consumer& consumer, SeqNum seq, Timestamp now);
  void HandlePictureLoss(Consumer* consumer, Timestamp now);
  void PassToFeeds(const Peer& publisher, Ssrc ssrc, const SenderInfo& info);

  // router_layers.cc: which layers are shown, subscribed to and asked key frames of.
  void RefreshInfo(Source& source, Timestamp now);
  void ReallocateAll(Source& source, Timestamp now);
  void Reallocate(Downlink& downlink, Timestamp now);
  // Of who speaks; 0: nobody does.
  TransportId DominantTransport() const;
  void ApplyLayer(Consumer& consumer, Source& source, int layer, uint8_t temporal, Timestamp now);
  void Tell(Consumer& consumer, SlotSwitched::State state);
  void UpdateSubscription(Source& source, Timestamp now);
  // How many encodings are wanted: by one consumer, by those on this core, by all.
  void SetDemand(Consumer& consumer, Source& source, uint8_t encodings, Timestamp now);
  static uint8_t DemandHere(const Source& source);
  void UpdateDemand(Source& source, Timestamp now);
  void PushSubscribe(Source& source, Timestamp now);
  void PushInfo(const Source& source, uint64_t workers);
  void PushListen(uint64_t workers);
  void RequestKeyFrame(Source& source, uint8_t encoding, Timestamp now);
  void SendKeyFrameRequest(Source& source, uint8_t encoding);

  // router_timers.cc
  void HandlePeerTimeout(Peer& peer, Timestamp now, WallTime wall);
  void HandleSourceTimeouts(Timestamp now);
  void HandleSourceTimeout(Source& source, Timestamp now);
  void SendFeedback(Peer& peer, Timestamp now);
  bool SendReports(Peer& peer, Timestamp now, WallTime wall);
  bool TellsLimit() const { return config_.max_uplink < IngressLimit::kDefaultRate; }
  void EmitStats(Peer& peer, Timestamp now);

  RoomId room_;
  RouterConfig config_;
  RouterOutput& output_;
  std::minstd_rand random_;
  RouterStats stats_;
  std::unordered_map<TransportId, std::unique_ptr<Peer>> peers_;
  std::unordered_map<SourceId, std::unique_ptr<Source>> sources_;
  RoomAudio audio_;
  uint32_t speakers_epoch_ = 0;
  uint64_t listeners_ = 0;        // other workers with listeners to the room's speakers
  bool listening_ = false;        // what the others were last told of this one
  std::vector<Source*> waiting_;  // video with arrivals
  Progress audio_fan_out_;
  Progress video_fan_out_;
  DeadlineHeap peer_deadlines_;
  Timestamp next_timeout_ = Timestamp::Never();  // of all else
  Timestamp next_sweep_;
};

}  // namespace parley
