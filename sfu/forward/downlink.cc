#include "sfu/forward/downlink.h"

#include <algorithm>

#include "sfu/wire/rtcp_sender_report.h"

namespace parley {
namespace {

// RFC 3550 section 5.1: numbers start anywhere; below 2^15, so that no receiver takes an early loss
// for a wrap (RFC 3711 section 3.3.1).
uint16_t RandomSeq(std::minstd_rand& random) { return static_cast<uint16_t>(random() & 0x7FFF); }

// Round trips are smoothed by this share of each new measurement.
constexpr int64_t kRoundTripShare = 4;

}  // namespace

Consumer::Consumer(const SlotParams& params, TransportId transport, std::minstd_rand& random,
                   Downlink& owner)
    : slot(params, transport, RandomSeq(random), RtpTimestamp(static_cast<uint32_t>(random())),
           RandomSeq(random)),
      downlink(owner) {}

Downlink::Downlink(const std::vector<SlotParams>& slots, TransportId transport,
                   TransportHandle handle, std::minstd_rand& random)
    : handle_(handle) {
  for (const SlotParams& params : slots) {
    consumers_.push_back(std::make_unique<Consumer>(params, transport, random, *this));
  }
}

Consumer* Downlink::Find(uint8_t slot_index) {
  for (auto& c : consumers_) {
    if (c->slot.params().index == slot_index) return c.get();
  }
  return nullptr;
}

Consumer* Downlink::Find(Ssrc ssrc) {
  for (auto& c : consumers_) {
    if (c->slot.params().ssrc == ssrc) return c.get();
  }
  return nullptr;
}

void Downlink::HandleReportBlock(const ReportBlock& block, Timestamp now) {
  Consumer* consumer = Find(block.source);
  if (!consumer) return;
  consumer->slot.HandleReport();
  float loss = static_cast<float>(block.fraction_lost) / 256.0F;
  loss_ = std::max(loss_, loss);
  budget_.HandleLoss(loss, rate_.Rate(now), now);
  if (block.last_sr == 0) return;
  for (const SentReport& sent : sent_reports_) {
    if (sent.compact_ntp != block.last_sr) continue;
    Duration measured = now - sent.at - CompactNtpToDuration(block.delay_since_last_sr);
    measured = std::max(measured, Duration::Micros(1));
    round_trip_ = round_trip_ == Duration::Zero()
                      ? measured
                      : round_trip_ + (measured - round_trip_) / kRoundTripShare;
    return;
  }
}

size_t Downlink::WriteSenderReports(ByteWriter& out, size_t first, Timestamp now, WallTime wall) {
  NtpTime ntp = NtpTime::From(wall);
  bool wrote = false;
  size_t i = first;
  for (; i < consumers_.size(); ++i) {
    const Slot& slot = consumers_[i]->slot;
    if (!slot.started()) continue;
    SenderInfo info{ntp, slot.TimestampAt(now), slot.packets_sent(), slot.octets_sent()};
    if (!WriteSenderReport(out, slot.params().ssrc, info)) break;
    wrote = true;
  }
  if (wrote) sent_reports_[sent_report_count_++ % sent_reports_.size()] = {ntp.compact(), now};
  return i;
}

Bitrate Downlink::VideoBudget(Timestamp now) {
  Bitrate all = budget_.Get(rate_.Rate(now), now);
  if (all == Bitrate::Unlimited()) return all;
  return std::max(all - audio_rate_.Rate(now), Bitrate());
}

float Downlink::TakeLoss() {
  float loss = loss_;
  loss_ = 0;
  return loss;
}

}  // namespace parley
