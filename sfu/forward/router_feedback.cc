// What local peers say by RTCP: of the media they send us and of what they get.

#include <algorithm>

#include "sfu/base/check.h"
#include "sfu/forward/router.h"
#include "sfu/forward/router_peer.h"
#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtcp_bye.h"
#include "sfu/wire/rtcp_feedback_nack.h"
#include "sfu/wire/rtcp_feedback_pli_fir.h"
#include "sfu/wire/rtcp_receiver_report.h"
#include "sfu/wire/rtcp_remb.h"
#include "sfu/wire/rtcp_sender_report.h"
#include "sfu/wire/rtcp_twcc.h"

namespace parley {
namespace {

// Of one datagram; what is really missing is asked for again.
constexpr size_t kMaxNacked = 256;

}  // namespace

void Router::HandleRtcp(TransportId transport, std::span<const uint8_t> datagram, Timestamp now) {
  PARLEY_CHECK(!MustContinue());
  Peer* peer = FindPeer(transport);
  if (!peer) return;
  auto compound = RtcpCompound::Parse(datagram);
  if (!compound) {
    ++stats_.malformed;
    return;
  }
  for (const RtcpPacket& packet : *compound) {
    if (auto sr = SenderReportView::Parse(packet)) {
      peer->uplink.HandleSenderReport(sr->ssrc(), sr->info(), now);
      PassToFeeds(*peer, sr->ssrc(), sr->info());
      for (size_t i = 0; i < sr->block_count(); ++i) {
        peer->downlink.HandleReportBlock(sr->block(i), now);
      }
    } else if (auto rr = ReceiverReportView::Parse(packet)) {
      for (size_t i = 0; i < rr->block_count(); ++i) {
        peer->downlink.HandleReportBlock(rr->block(i), now);
      }
    } else if (auto feedback = TwccView::Parse(packet)) {
      HandleTransportFeedback(*peer, *feedback, now);
    } else if (auto nack = NackView::Parse(packet)) {
      HandleNack(*peer, *nack, now);
    } else if (auto pli = PliView::Parse(packet)) {
      HandlePictureLoss(peer->downlink.Find(pli->media_ssrc()), now);
    } else if (auto fir = FirView::Parse(packet)) {
      for (size_t i = 0; i < fir->entry_count(); ++i) {
        HandlePictureLoss(peer->downlink.Find(fir->entry(i).ssrc), now);
      }
    } else if (auto remb = RembView::Parse(packet)) {
      if (peer->downlink.HandleRemb(remb->bitrate(), now)) {
        Reallocate(peer->downlink, now);
      } else {
        ++stats_.estimates_refused;
      }
    } else if (auto bye = ByeView::Parse(packet)) {
      for (size_t i = 0; i < bye->source_count(); ++i) peer->uplink.HandleBye(bye->source(i));
    }
  }
}

void Router::HandleTransportFeedback(Peer& peer, const TwccView& feedback, Timestamp now) {
  Downlink& downlink = peer.downlink;
  SendController* controller = downlink.controller();
  if (!controller || !downlink.connected()) return;
  controller->HandleFeedback(feedback, now);
  if (downlink.IsBudgetStale(now)) {
    Reallocate(downlink, now);
  } else {
    controller->Control(now);
  }
  SchedulePacing(downlink, now);
}

void Router::HandleNack(Peer& peer, const NackView& nack, Timestamp now) {
  Consumer* consumer = peer.downlink.Find(nack.media_ssrc());
  if (!consumer || !peer.downlink.connected()) return;
  size_t count = 0;
  nack.ForEach([&](SeqNum seq) {
    if (++count <= kMaxNacked) Retransmit(*consumer, seq, now);
  });
}

void Router::Retransmit(Consumer& consumer, SeqNum seq, Timestamp now) {
  Slot& slot = consumer.slot;
  auto refuse = [this] { ++stats_.retransmissions_refused; };
  // Without RTX a packet would leave again under its own number, with other extensions: another
  // text under the same SRTP nonce, which the transport rightly refuses.
  if (output_.outbox.room() == 0 || !slot.params().rtx_ssrc) return refuse();
  auto r = slot.FindForNack(seq, now, consumer.downlink.RoundTripOrDefault());
  Source* source = r ? FindSource(r->source) : nullptr;
  const PacketHistory::Entry* entry =
      source ? source->histories[r->encoding].Find(r->source_seq, now) : nullptr;
  if (!entry || !slot.CompleteRewrite(entry->meta, *r)) return refuse();
  if (!r->rewrite.codec->rtx_payload_type) return refuse();
  // The rest of the picture was left out.
  if (!slot.Carries(entry->meta)) return refuse();
  if (!consumer.downlink.SpendRetransmission(entry->packet.size(), now)) return refuse();

  SendController* controller = consumer.downlink.controller();
  if (controller && slot.params().kind == MediaKind::kVideo && !controller->MayPass(true, now)) {
    const auto size = static_cast<uint16_t>(entry->packet.size());
    if (!controller->Enqueue({seq, size, slot.params().index, true}, now)) return refuse();
    return SchedulePacing(consumer.downlink, now);
  }
  if (!SendAgain(consumer, *r, *entry, now)) refuse();
}

void Router::AskKeyFrame(const parley::AskKeyFrame& command, Timestamp now) {
  PARLEY_CHECK(!MustContinue());
  Peer* peer = FindPeer(command.transport);
  if (peer) HandlePictureLoss(peer->downlink.Find(command.slot), now);
}

// A recorder keeps time by the sender's clock: it gets the report as it came, in the slot's own
// timestamps.
void Router::PassToFeeds(const Peer& publisher, Ssrc ssrc, const SenderInfo& info) {
  const auto stream = publisher.uplink.FindStream(ssrc);
  const Source* source = stream ? FindSource(stream->source) : nullptr;
  if (!source) return;
  for (const Consumer* consumer : source->consumers) {
    const Slot& slot = consumer->slot;
    if (!slot.live() || slot.live_encoding() != stream->encoding) continue;
    const Peer* peer = FindPeer(slot.transport());
    if (!peer || !peer->is_feed || output_.outbox.room() == 0) continue;
    ByteWriter out(output_.outbox.Next());
    SenderInfo rewritten = info;
    rewritten.rtp_timestamp = slot.Rewritten(info.rtp_timestamp);
    if (!WriteSenderReport(out, slot.params().ssrc, rewritten)) continue;
    output_.outbox.Commit(peer->downlink.handle(), SendPriority::kRtcp, out.size());
  }
}

void Router::HandlePictureLoss(Consumer* consumer, Timestamp now) {
  if (!consumer || consumer->slot.params().kind != MediaKind::kVideo) return;
  Slot& slot = consumer->slot;
  Source* source = FindSource(slot.source());
  if (!source || slot.target().paused) return;
  if (!slot.SpendPictureLoss(now)) {
    ++stats_.picture_losses_refused;
    return;
  }
  RequestKeyFrame(*source, slot.live() ? slot.live_encoding() : slot.target().encoding, now);
}

}  // namespace parley
