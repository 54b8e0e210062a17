#include "sfu/wire/reception_stats.h"

#include <algorithm>
#include <cstdlib>

namespace parley {

void ReceptionStats::HandlePacket(int64_t seq, RtpTimestamp timestamp, uint32_t clock_rate,
                                  Timestamp now) {
  auto arrival = static_cast<uint32_t>(now.us() / 1000 * clock_rate / 1000);
  uint32_t transit = arrival - timestamp.value();
  if (base_seq_ < 0) {
    base_seq_ = highest_seq_ = seq;
  } else {
    auto d = static_cast<uint32_t>(
        std::abs(static_cast<int64_t>(static_cast<int32_t>(transit - last_transit_))));
    // A jump of the sender's clock is no jitter.
    if (d < clock_rate * 10) jitter_q4_ += d - ((jitter_q4_ + 8) >> 4);
  }
  last_transit_ = transit;
  base_seq_ = std::min(base_seq_, seq);
  highest_seq_ = std::max(highest_seq_, seq);
  ++received_;
  ++first_time_;
}

void ReceptionStats::HandleSenderReport(NtpTime ntp, Timestamp now) {
  last_sr_ = ntp.compact();
  last_sr_at_ = now;
}

ReportBlock ReceptionStats::MakeReportBlock(Ssrc ssrc, Timestamp now) {
  ReportBlock block;
  block.source = ssrc;
  int64_t expected = highest_seq_ - base_seq_ + 1;
  block.cumulative_lost =
      static_cast<int32_t>(std::clamp<int64_t>(expected - received_, -0x800000, 0x7FFFFF));
  int64_t expected_interval = expected - expected_prior_;
  int64_t lost_interval = expected_interval - (received_ - received_prior_);
  expected_prior_ = expected;
  received_prior_ = received_;
  if (expected_interval > 0 && lost_interval > 0) {
    block.fraction_lost =
        static_cast<uint8_t>(std::min<int64_t>((lost_interval << 8) / expected_interval, 255));
  }
  block.extended_highest_seq = static_cast<uint32_t>(highest_seq_);
  block.jitter = jitter_q4_ >> 4;
  block.last_sr = last_sr_;
  if (last_sr_ != 0) block.delay_since_last_sr = DurationToCompactNtp(now - last_sr_at_);
  return block;
}

float ReceptionStats::TakeLoss() {
  int64_t expected = highest_seq_ - base_seq_ + 1;
  int64_t expected_interval = expected - loss_expected_prior_;
  int64_t lost = expected_interval - (first_time_ - loss_received_prior_);
  loss_expected_prior_ = expected;
  loss_received_prior_ = first_time_;
  if (expected_interval <= 0 || lost <= 0) return 0;
  return static_cast<float>(lost) / static_cast<float>(expected_interval);
}

}  // namespace parley
