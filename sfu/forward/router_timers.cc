// What a Router does by the clock: feedback to publishers, reports, repeated requests, sweeps.

#include <algorithm>
#include <array>

#include "sfu/base/check.h"
#include "sfu/forward/router.h"
#include "sfu/forward/router_peer.h"
#include "sfu/wire/rtcp_receiver_report.h"
#include "sfu/wire/rtcp_sdes.h"

namespace parley {
namespace {

constexpr Duration kSweepInterval = Duration::Millis(250);
// Nothing in it tells one room or participant from another.
constexpr std::string_view kCname = "parley";
// RTCP shares the path's packet size with media.
constexpr size_t kMaxRtcpSize = 1200;
// A call that finds less room goes on in the next.
constexpr size_t kRoomPerPeer = 8;

std::span<uint8_t> RtcpRoom(Outbox& outbox) {
  std::span<uint8_t> room = outbox.Next();
  return room.first(std::min(room.size(), kMaxRtcpSize));
}

}  // namespace

void Router::HandleTimeout(Timestamp now, WallTime wall) {
  PARLEY_CHECK(!MustContinue());
  if (now >= next_timeout_) HandleSourceTimeouts(now);
  while (output_.outbox.room() >= kRoomPerPeer) {
    Deadline* due = peer_deadlines_.PopDue(now);
    if (due == nullptr) return;
    HandlePeerTimeout(static_cast<Peer&>(*due), now, wall);
  }
}

void Router::HandleSourceTimeouts(Timestamp now) {
  next_timeout_ = Timestamp::Never();
  for (auto& [id, source] : sources_) HandleSourceTimeout(*source, now);
  if (now >= next_sweep_) {
    next_sweep_ = now + kSweepInterval;
    // Again, for Routers that did not exist yet and messages that found a full ring.
    if (listening_) PushListen(OtherWorkers());
    for (auto& [id, source] : sources_) {
      RefreshInfo(*source, now);
      UpdateDemand(*source, now);
      for (PacketHistory& history : source->histories) history.Expire(now);
    }
  }
  if (!peers_.empty()) Schedule(next_sweep_);
}

void Router::HandleSourceTimeout(Source& source, Timestamp now) {
  for (uint8_t e = 0; e < kMaxLayers; ++e) {
    if (source.gates[e].HandleTimeout(now)) SendKeyFrameRequest(source, e);
    Schedule(source.gates[e].NextTimeout());
  }
  if (now >= source.next_subscribe) {
    source.subscribed_demand = DemandHere(source);
    PushSubscribe(source, now);
  }
  Schedule(source.next_subscribe);
}

void Router::HandlePeerTimeout(Peer& peer, Timestamp now, WallTime wall) {
  if (!peer.downlink.connected()) return;
  if (now >= peer.uplink.NextTimeout()) SendFeedback(peer, now);
  SendController* controller = peer.downlink.controller();
  if (controller && now >= controller->next_timeout()) Pace(peer.downlink, now);
  if (now >= peer.next_report) {
    bool done = peer.is_feed || SendReports(peer, now, wall);
    peer.next_report = done ? OnReportGrid(now + kReportInterval) : now;
    Reallocate(peer.downlink, now);
  }
  if (now >= peer.next_stats) {
    peer.next_stats = OnReportGrid(now + kStatsInterval);
    if (!peer.is_feed) EmitStats(peer, now);
  }
  // What did not fit goes on in the next call, so that this one ends.
  peer_deadlines_.Set(peer, std::max(peer.NextTimeout(), now + Duration::Micros(1)));
}

void Router::SendFeedback(Peer& peer, Timestamp now) {
  struct Lost {
    SourceId source;
    uint8_t encoding = 0;
  };
  std::array<Lost, 16> lost;
  size_t lost_count = 0;
  ByteWriter nacks(RtcpRoom(output_.outbox));
  peer.uplink.WriteNacks(nacks, peer.downlink.RoundTripOrDefault(), now,
                         [&](const Producer& producer, uint8_t encoding) {
                           if (lost_count == lost.size()) return;
                           lost[lost_count++] = {producer.source(), encoding};
                         });
  output_.outbox.Commit(peer.downlink.handle(), SendPriority::kRtcp, nacks.size());
  for (const Lost& l : std::span(lost).first(lost_count)) {
    Source* source = FindSource(l.source);
    if (source && source->kind == MediaKind::kVideo && IsShown(*source, l.encoding)) {
      RequestKeyFrame(*source, l.encoding, now);
    }
  }
  while (output_.outbox.room() > 1) {
    ByteWriter feedback(RtcpRoom(output_.outbox));
    if (!peer.uplink.WriteTwcc(feedback, now)) break;
    output_.outbox.Commit(peer.downlink.handle(), SendPriority::kRtcp, feedback.size());
  }
}

// A compound of a receiver report, our CNAME, REMB where there is a limit, and sender reports (RFC
// 3550 section 6.1). REMB is repeated: a packet may be lost, and libwebrtc forgets what it was told
// when its path changes. False when the slots did not fit and are to be gone on with.
bool Router::SendReports(Peer& peer, Timestamp now, WallTime wall) {
  std::array<ReportBlock, kMaxReportBlocks> blocks;
  ByteWriter out(RtcpRoom(output_.outbox));
  size_t slots = peer.downlink.consumers().size();
  bool first_round = peer.next_report_slot == 0;
  size_t count = first_round ? peer.uplink.MakeReportBlocks(blocks, now) : 0;
  bool fits = WriteReceiverReport(out, peer.sender_ssrc, std::span(blocks).first(count)) &&
              WriteSdesCname(out, peer.sender_ssrc, kCname);
  PARLEY_CHECK(fits || out.written().empty());
  if (first_round && TellsLimit() && peer.uplink.WriteLimit(out, config_.max_uplink)) {
    peer.limit_told = true;
  }
  peer.next_report_slot = peer.downlink.WriteSenderReports(out, peer.next_report_slot, now, wall);
  output_.outbox.Commit(peer.downlink.handle(), SendPriority::kRtcp, out.size());
  if (peer.next_report_slot < slots) return false;
  peer.next_report_slot = 0;
  return true;
}

void Router::EmitStats(Peer& peer, Timestamp now) {
  TransportStats stats;
  stats.transport = peer.id;
  stats.round_trip = peer.downlink.round_trip();
  stats.uplink_loss = peer.uplink.TakeLoss();
  stats.downlink_loss = peer.downlink.TakeLoss();
  stats.uplink = peer.uplink.Rate(now);
  stats.downlink = peer.downlink.Rate(now);
  stats.downlink_estimate = peer.downlink.Estimate(now);
  peer.last_stats = stats;
  for (auto& consumer : peer.downlink.consumers()) consumer->slot.MeasureRate(now);
  output_.events.push_back(stats);
}

}  // namespace parley
