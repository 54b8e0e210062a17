#include "sfu/forward/downlink.h"

#include <algorithm>

#include "sfu/wire/rtcp_sender_report.h"

namespace parley {

std::optional<PayloadType> RtxPayloadType(const SlotParams& slot) {
  for (const CodecParams& codec : slot.codecs) {
    if (codec.rtx_payload_type) return codec.rtx_payload_type;
  }
  return std::nullopt;
}

namespace {

// RFC 3550 section 5.1: numbers start anywhere; below 2^15, so that no receiver takes an early loss
// for a wrap (RFC 3711 section 3.3.1).
uint16_t RandomSeq(std::minstd_rand& random) { return static_cast<uint16_t>(random() & 0x7FFF); }

// What the estimate may change by before it is divided anew.
constexpr double kStale = 0.05;

bool CanBePadded(const SlotParams& slot) {
  return slot.kind == MediaKind::kVideo && slot.extensions.transport_cc != 0 && slot.rtx_ssrc &&
         RtxPayloadType(slot).has_value();
}

// Round trips are smoothed by this share of each new measurement.
constexpr int64_t kRoundTripShare = 4;

}  // namespace

Consumer::Consumer(const SlotParams& params, TransportId transport, std::minstd_rand& random,
                   Downlink& owner)
    : downlink(owner),
      slot(params, transport, RandomSeq(random), RtpTimestamp(static_cast<uint32_t>(random())),
           RandomSeq(random)) {}

Downlink::Downlink(const std::vector<SlotParams>& slots, TransportId transport,
                   TransportHandle handle, std::minstd_rand& random, Deadline& owner)
    : handle_(handle), owner_(owner) {
  for (const SlotParams& params : slots) {
    consumers_.push_back(std::make_unique<Consumer>(params, transport, random, *this));
    if (!padded_ && CanBePadded(params)) padded_ = consumers_.back().get();
  }
  if (padded_) controller_ = std::make_unique<SendController>();
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
  const uint32_t expected = consumer->slot.HandleReport(block.extended_highest_seq);
  float loss = static_cast<float>(block.fraction_lost) / 256.0F;
  if (consumer->slot.params().kind == MediaKind::kAudio) {
    redundancy_.HandleReport(expected, loss, now);
  }
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
    if (controller_) controller_->set_round_trip(round_trip_);
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
  divided_ = Bitrate();
  if (controller_ && controller_->active(now)) {
    divided_ = controller_->estimate();
    all = std::min(all, divided_);
  }
  if (all == Bitrate::Unlimited()) return all;
  return std::max(all - audio_rate_.Rate(now), Bitrate());
}

bool Downlink::MayPauseVideo(Timestamp now) const {
  return budget_.MayPause(now) || (controller_ && controller_->settled(now));
}

bool Downlink::IsBudgetStale(Timestamp now) const {
  if (!controller_ || !controller_->active(now)) return false;
  const Bitrate estimate = controller_->estimate();
  return estimate < divided_ * (1 - kStale) || estimate > divided_ * (1 + kStale);
}

void Downlink::SetWantedVideo(Bitrate wanted, Timestamp now) {
  if (controller_) controller_->SetWanted(wanted, audio_rate_.Rate(now), now);
}

Bitrate Downlink::Estimate(Timestamp now) const {
  return controller_ && controller_->known() ? controller_->estimate() : budget_.estimate(now);
}

float Downlink::TakeLoss() {
  float loss = loss_;
  loss_ = 0;
  return loss;
}

}  // namespace parley
