// How packets leave for one subscriber: at once, or when its pacer says so; under transport-wide
// numbers where the peer negotiated them.

#include <algorithm>

#include "sfu/forward/packet_writer.h"
#include "sfu/forward/router.h"
#include "sfu/forward/router_peer.h"

namespace parley {
namespace {

// The pacer leaves that much of the outbox to those who cannot wait.
constexpr size_t kRoomLeft = 8;
// Of RED, so that the packet fits any path.
constexpr size_t kMaxRedPayload = 1000;

SendStamp StampOf(Consumer& consumer, Timestamp now) {
  const SendController* controller = consumer.downlink.controller();
  if (!controller) return {now, std::nullopt};
  return {now, controller->next_seq()};
}

std::span<const uint8_t> OpusOf(const PacketHistory::Entry& entry) {
  const PacketMeta& meta = entry.meta;
  return entry.packet.bytes()
      .subspan(meta.payload_offset, meta.payload_size)
      .subspan(meta.red_primary_offset);
}

}  // namespace

void Router::Send(Consumer& consumer, const Rewrite& rewrite, const PacketMeta& meta,
                  const PacketRef& packet, Timestamp now) {
  SendController* controller = consumer.downlink.controller();
  if (controller && consumer.slot.params().kind == MediaKind::kVideo &&
      !controller->MayPass(false, now)) {
    if (!Enqueue(consumer, rewrite.seq, packet.size(), now)) {
      consumer.slot.Abandon(rewrite.seq);
      DropVideo(consumer.downlink);
    }
    return SchedulePacing(consumer.downlink, now);
  }
  Depart(consumer, rewrite, meta, packet.bytes(), now);
}

// False when all that waits is to go. A source that fills the queue alone, at a rate that nobody
// could plan with, takes no picture of another's with it.
bool Router::Enqueue(Consumer& consumer, SeqNum seq, size_t size, Timestamp now) {
  SendController& controller = *consumer.downlink.controller();
  if (controller.IsBehind(now)) return false;
  const uint8_t slot = consumer.slot.params().index;
  const PacedPacket paced{seq, static_cast<uint16_t>(size), slot};
  if (controller.Enqueue(paced, now)) return true;
  const auto crowding = controller.pacer().Crowding();
  Consumer* crowder = crowding ? consumer.downlink.Find(*crowding) : nullptr;
  if (!crowder) return false;
  ++stats_.fallen_behind;
  if (crowder == &consumer) consumer.slot.Abandon(seq);
  Interrupt(*crowder);
  return crowder == &consumer || controller.Enqueue(paced, now);
}

// The subscriber is behind: whole pictures go, and each slot goes on with a key frame when the link
// has room again.
void Router::DropVideo(Downlink& downlink) {
  ++stats_.fallen_behind;
  downlink.controller()->Block();
  for (auto& consumer : downlink.consumers()) {
    if (consumer->slot.params().kind == MediaKind::kVideo) Interrupt(*consumer);
  }
}

void Router::Interrupt(Consumer& consumer) {
  Slot& slot = consumer.slot;
  slot.Interrupt();
  SendController* controller = consumer.downlink.controller();
  if (!controller) return;
  if (const auto first = controller->Drop(slot.params().index)) slot.Abandon(*first);
}

// What of the source went before, as far as the receiver loses packets and takes RED. The result
// lies in `blocks` and in the history.
std::span<const RedBlock> Router::RedundantFor(const Consumer& consumer, const Rewrite& rewrite,
                                               const PacketMeta& meta, Timestamp now,
                                               RedBlocks& blocks) {
  const int depth = consumer.downlink.redundancy_depth();
  if (depth == 0 || rewrite.codec->codec != Codec::kOpus || !consumer.slot.red()) return {};
  const Source* source = FindSource(rewrite.source);
  if (!source) return {};
  size_t count = 0;
  size_t size = meta.payload_size;
  for (int64_t seq = meta.seq - depth; seq < meta.seq; ++seq) {
    const PacketHistory::Entry* entry = source->histories[meta.encoding].Find(seq, now);
    if (!entry || entry->meta.generation != meta.generation) continue;
    const int64_t offset = meta.timestamp - entry->meta.timestamp;
    if (offset <= 0 || offset > kMaxRedTimestampOffset) continue;
    const auto payload = OpusOf(*entry);
    if (payload.size() > kMaxRedBlockSize || size + payload.size() > kMaxRedPayload) continue;
    size += payload.size();
    blocks[count++] = {rewrite.codec->payload_type, static_cast<uint16_t>(offset), payload};
  }
  return std::span(blocks).first(count);
}

void Router::Depart(Consumer& consumer, const Rewrite& rewrite, const PacketMeta& meta,
                    std::span<const uint8_t> packet, Timestamp now) {
  RedBlocks blocks;
  const auto redundant = RedundantFor(consumer, rewrite, meta, now, blocks);
  if (!redundant.empty()) ++stats_.redundant_out;
  const WrittenPacket written = WriteForwarded(consumer.slot, rewrite, meta, packet, redundant,
                                               StampOf(consumer, now), output_.outbox.Next());
  if (written.size == 0) return;
  const bool audio = consumer.slot.params().kind == MediaKind::kAudio;
  Commit(consumer, written, audio ? SendPriority::kAudio : SendPriority::kVideo, now);
  consumer.slot.CountSent(rewrite.seq, meta.payload_size);
  ++stats_.packets_out;
}

bool Router::SendAgain(Consumer& consumer, const Slot::Retransmission& what,
                       const PacketHistory::Entry& entry, Timestamp now) {
  Slot& slot = consumer.slot;
  const WrittenPacket written =
      WriteRetransmission(slot, what.rewrite, entry.meta, entry.packet.bytes(), slot.NextRtxSeq(),
                          StampOf(consumer, now), output_.outbox.Next());
  if (written.size == 0) return false;
  Commit(consumer, written, SendPriority::kRetransmission, now);
  ++stats_.retransmissions_out;
  ++stats_.packets_out;
  return true;
}

void Router::Commit(Consumer& consumer, const WrittenPacket& written, SendPriority priority,
                    Timestamp now) {
  Downlink& downlink = consumer.downlink;
  output_.outbox.Commit(downlink.handle(), priority, written.size, written.abs_send_time_offset);
  const SlotParams& slot = consumer.slot.params();
  downlink.CountSent(written.size, slot.kind == MediaKind::kAudio, now);
  SendController* controller = downlink.controller();
  if (!controller) return;
  controller->HandleSent(DataSize::Bytes(static_cast<int64_t>(written.size)),
                         slot.extensions.transport_cc != 0, now);
}

void Router::Pace(Downlink& downlink, Timestamp now) {
  SendController* controller = downlink.controller();
  controller->Control(now);
  while (output_.outbox.room() > kRoomLeft) {
    const auto departure = controller->Poll(now);
    if (!departure) break;
    if (!departure->padding) {
      SendPaced(downlink, departure->packet, now);
    } else if (!SendPadding(downlink, now)) {
      break;
    }
  }
  controller->Schedule(now);
}

bool Router::SendPadding(Downlink& downlink, Timestamp now) {
  Consumer& consumer = downlink.padded();
  Slot& slot = consumer.slot;
  const WrittenPacket written =
      WritePadding(slot, *RtxPayloadType(slot.params()), slot.NextRtxSeq(), StampOf(consumer, now),
                   Pacer::kMaxPadding, output_.outbox.Next());
  if (written.size == 0) return false;
  Commit(consumer, written, SendPriority::kRetransmission, now);
  ++stats_.padding_out;
  return true;
}

// What the history has let go meanwhile is gone; the receiver asks for a key frame.
void Router::SendPaced(Downlink& downlink, const PacedPacket& paced, Timestamp now) {
  Consumer* consumer = downlink.Find(paced.slot);
  if (!consumer) return;
  auto what = consumer->slot.Find(paced.seq);
  Source* source = what ? FindSource(what->source) : nullptr;
  const PacketHistory::Entry* entry =
      source ? source->histories[what->encoding].Find(what->source_seq, now) : nullptr;
  if (!entry || !consumer->slot.CompleteRewrite(entry->meta, *what)) {
    ++stats_.paced_lost;
    return;
  }
  if (!paced.retransmission) {
    Depart(*consumer, what->rewrite, entry->meta, entry->packet.bytes(), now);
  } else if (!SendAgain(*consumer, *what, *entry, now)) {
    ++stats_.retransmissions_refused;
  }
}

void Router::SchedulePacing(Downlink& downlink, Timestamp now) {
  SendController* controller = downlink.controller();
  controller->Schedule(now);
  if (controller->next_timeout() < downlink.owner().at()) {
    peer_deadlines_.Set(downlink.owner(), controller->next_timeout());
  }
}

}  // namespace parley
