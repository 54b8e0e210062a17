#pragma once

// A room over several cores in memory: one Router each, linked by their relay messages, with
// transports that publish and receive. Nothing but a fake clock moves.

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "sfu/base/packet_pool.h"
#include "sfu/forward/router.h"
#include "sfu/wire/rtp.h"
#include "tests/sfu/forward/allocation_count.h"
#include "tests/sfu/forward/media_packets.h"

namespace parley::testing {

struct Received {
  Bytes bytes;
  Timestamp at;
  RtpView rtp() const { return *RtpView::Parse(bytes); }
};

class World {
 public:
  explicit World(int workers = 1, size_t outbox = 512, size_t arrivals = kMaxArrivals,
                 Bitrate max_uplink = IngressLimit::kDefaultRate);

  // Sources of one peer are numbered from `peer * 10`: +1 microphone, +2 camera, +3 screen.
  static SourceId Microphone(int peer) { return SourceId(static_cast<uint32_t>(peer * 10 + 1)); }
  static SourceId Camera(int peer) { return SourceId(static_cast<uint32_t>(peer * 10 + 2)); }
  static Ssrc MicrophoneSsrc(int peer) { return Ssrc(static_cast<uint32_t>(peer * 1000 + 1)); }
  static Ssrc CameraSsrc(int peer, int encoding = 0) {
    return Ssrc(static_cast<uint32_t>(peer * 1000 + 10 + encoding));
  }
  static Ssrc SlotSsrc(int peer, int slot) {
    return Ssrc(static_cast<uint32_t>(peer * 1000 + 500 + slot));
  }
  static Ssrc SlotRtxSsrc(int peer, int slot) {
    return Ssrc(static_cast<uint32_t>(peer * 1000 + 600 + slot));
  }
  static TransportId Transport(int peer) { return TransportId(static_cast<uint32_t>(peer)); }

  struct PeerOptions {
    int worker = 0;
    bool publishes = true;
    int encodings = 1;
    bool remb = true;     // agreed for its camera
    int audio_slots = 3;  // one: it follows the dominant speaker
    int video_slots = 2;  // numbered from 4
    std::vector<Codec> video_codecs = {Codec::kVp8, Codec::kVp9};
    bool red = false;           // receives RED
    bool transport_cc = false;  // of the slots
    FeedId feed = {};           // it is a recorder's
  };
  // Joined, connected, its sources announced and enabled everywhere.
  void Join(int peer, const PeerOptions& options);
  void Join(int peer) { Join(peer, PeerOptions{}); }
  void Leave(int peer);
  // What the peer gets goes to another address from now on.
  void Readdress(int peer);
  void Enable(int peer, SourceId source, bool enabled);
  void Show(int peer, int slot, SourceId source, uint16_t max_height = 0, uint8_t priority = 0);

  void Rtp(int peer, const Bytes& packet);
  // Packets that one turn of the engine's takes. Without its end, video waits.
  void RtpTurn(int peer, const std::vector<Bytes>& packets, bool end = true);
  // As much of a turn's end as the outbox holds, on the peer's core.
  void BeginFanOut(int peer);
  void Rtcp(int peer, const Bytes& packet);
  // Runs timers up to then.
  void Advance(Duration d);
  Timestamp now() const { return now_; }

  // RTP that arrived at the peer's slot since the last call.
  std::vector<Received> Take(int peer, int slot);
  // RTX of the slot.
  std::vector<Received> TakeRtx(int peer, int slot);
  // RTCP that the peer got since the last call.
  std::vector<Bytes> TakeRtcp(int peer);
  // How many key-frame requests the peer got since the last call; takes its RTCP.
  int TakeKeyFrameRequests(int peer);
  std::vector<Event> TakeEvents();
  // To whom RTP left since the last call, in order.
  std::vector<int> TakeDepartures();
  size_t received_total() const { return received_total_; }

  Router& router(int worker) { return *cores_[static_cast<size_t>(worker)]->router; }
  void set_relay_lost(bool lost) { relay_lost_ = lost; }
  // Allocations made inside of Routers by packets and timers, not by commands.
  size_t allocations() const { return allocations_; }

 private:
  struct Core {
    Core(size_t outbox, size_t arrivals) : output(outbox, 4096, arrivals) {}
    RouterOutput output;
    std::unique_ptr<Router> router;
  };
  struct Member {
    int worker = 0;
    std::map<uint32_t, std::vector<Received>> rtp;  // by SSRC
    std::vector<Bytes> rtcp;
    uint32_t epoch = 0;
  };

  Core& CoreOf(int peer) { return *cores_[static_cast<size_t>(members_[peer].worker)]; }
  template <class Call>
  void Counted(Call&& call) {
    size_t before = AllocationCount();
    call();
    allocations_ += AllocationCount() - before;
  }
  void CarryOn(Core& core);
  void Finish(Core& core);
  void Drain();
  void DrainOutbox(Core& core);
  PacketRef Pooled(const Bytes& bytes);

  PacketPool pool_;
  Timestamp now_ = Timestamp::Seconds(100);
  std::vector<std::unique_ptr<Core>> cores_;
  std::map<int, Member> members_;
  std::vector<Event> events_;
  std::vector<int> departures_;
  size_t received_total_ = 0;
  size_t allocations_ = 0;
  bool relay_lost_ = false;
};

}  // namespace parley::testing
