#include "sfu/forward/uplink.h"

#include <algorithm>
#include <array>

#include "sfu/wire/rtcp_feedback_nack.h"
#include "sfu/wire/rtcp_feedback_pli_fir.h"
#include "sfu/wire/rtcp_remb.h"

namespace parley {
namespace {

uint8_t TransportCcId(const std::vector<ProducerParams>& producers) {
  for (const ProducerParams& p : producers) {
    if (p.extensions.transport_cc != 0) return p.extensions.transport_cc;
  }
  return 0;
}

}  // namespace

Uplink::Uplink(const std::vector<ProducerParams>& producers, size_t max_ssrcs, Ssrc sender_ssrc)
    : sender_ssrc_(sender_ssrc),
      demux_(producers, max_ssrcs),
      twcc_(TransportCcId(producers), sender_ssrc) {
  for (const ProducerParams& p : producers) producers_.push_back(std::make_unique<Producer>(p));
}

Uplink::Received Uplink::HandleRtp(PacketRef& packet, const RtpView& view, Timestamp now) {
  Received received;
  rate_.Add(packet.size(), now);
  twcc_.HandlePacket(view, now);
  auto binding = demux_.Find(view);
  if (!binding) return received;
  received.producer = producers_[binding->producer].get();
  received.result = received.producer->HandlePacket(binding->encoding, binding->rtx, packet, now);
  return received;
}

void Uplink::HandleSenderReport(Ssrc ssrc, const SenderInfo& info, Timestamp now) {
  auto binding = demux_.Find(ssrc);
  if (!binding || binding->rtx) return;
  producers_[binding->producer]->HandleSenderReport(binding->encoding, info, now);
}

std::optional<Uplink::Stream> Uplink::FindStream(Ssrc ssrc) const {
  auto binding = demux_.Find(ssrc);
  if (!binding || binding->rtx) return std::nullopt;
  return Stream{producers_[binding->producer]->source(), binding->encoding};
}

void Uplink::HandleBye(Ssrc ssrc) {
  auto binding = demux_.Find(ssrc);
  if (!binding) return;
  if (!binding->rtx) producers_[binding->producer]->HandleBye(binding->encoding);
  demux_.Forget(ssrc);
}

void Uplink::WriteNackOf(ByteWriter& out, Ssrc ssrc, std::span<const SeqNum> seqs) const {
  // What does not fit is asked for again after a round trip.
  static_cast<void>(WriteNack(out, sender_ssrc_, ssrc, seqs));
}

size_t Uplink::MakeReportBlocks(std::span<ReportBlock> out, Timestamp now) {
  size_t count = 0;
  for (auto& producer : producers_) {
    for (uint8_t e = 0; e < producer->encoding_count() && count < out.size(); ++e) {
      RtpStream& stream = producer->stream(e);
      if (!stream.stats().started()) continue;
      out[count++] = stream.stats().MakeReportBlock(*stream.ssrc(), now);
    }
  }
  return count;
}

bool Uplink::WriteLimit(ByteWriter& out, Bitrate limit) {
  std::array<Ssrc, kMaxReportBlocks> ssrcs;
  size_t count = 0;
  for (auto& producer : producers_) {
    if (!producer->takes_remb()) continue;
    for (uint8_t e = 0; e < producer->encoding_count() && count < ssrcs.size(); ++e) {
      RtpStream& stream = producer->stream(e);
      if (stream.stats().started()) ssrcs[count++] = *stream.ssrc();
    }
  }
  return count != 0 && WriteRemb(out, sender_ssrc_, limit, std::span(ssrcs).first(count));
}

bool Uplink::WriteKeyFrameRequest(ByteWriter& out, Producer& producer, uint8_t encoding,
                                  uint8_t fir_seq) {
  if (encoding >= producer.encoding_count()) return false;
  std::optional<Ssrc> ssrc = producer.stream(encoding).ssrc();
  if (!ssrc) return false;
  if (producer.takes_fir() && !producer.takes_pli()) {
    return WriteFir(out, sender_ssrc_, {*ssrc, fir_seq});
  }
  return WritePli(out, sender_ssrc_, *ssrc);
}

Timestamp Uplink::NextTimeout() const {
  Timestamp next = twcc_.NextTimeout();
  for (const auto& producer : producers_) {
    for (uint8_t e = 0; e < producer->encoding_count(); ++e) {
      next = std::min(next, producer->stream(e).nack().NextTimeout());
    }
  }
  return next;
}

float Uplink::TakeLoss() {
  float worst = 0;
  for (auto& producer : producers_) {
    for (uint8_t e = 0; e < producer->encoding_count(); ++e) {
      worst = std::max(worst, producer->stream(e).stats().TakeLoss());
    }
  }
  return worst;
}

}  // namespace parley
