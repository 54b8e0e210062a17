#pragma once

// What a receiver report says about one incoming stream: losses (RFC 3550 appendix A.3), jitter
// (A.8) and the echo of the last sender report. One per incoming SSRC. Nothing allocates.

#include <algorithm>
#include <cstdint>

#include "sfu/base/seq_num.h"
#include "sfu/base/units.h"
#include "sfu/wire/ntp.h"
#include "sfu/wire/rtcp_report_block.h"

namespace parley {

class ReceptionStats {
 public:
  // Neither duplicates nor retransmissions: those would count as jitter.
  void HandlePacket(int64_t seq, RtpTimestamp timestamp, uint32_t clock_rate, Timestamp now);
  // A packet that was lost came by retransmission.
  void HandleRecovered() { ++received_; }
  void HandleSenderReport(NtpTime ntp, Timestamp now);

  bool started() const { return base_seq_ >= 0; }
  // Packets that should have come, and those of them that did not come without retransmission.
  int64_t expected() const { return started() ? highest_seq_ - base_seq_ + 1 : 0; }
  int64_t lost_first() const { return std::max<int64_t>(expected() - first_time_, 0); }
  // In RTP units.
  uint32_t jitter() const { return jitter_q4_ >> 4; }
  // Closes the reporting interval.
  ReportBlock MakeReportBlock(Ssrc ssrc, Timestamp now);
  // Share of the packets lost before retransmission since the last call, 0..1.
  float TakeLoss();
  // The stream began anew under another SSRC.
  void Reset() { *this = ReceptionStats(); }

 private:
  int64_t base_seq_ = -1;
  int64_t highest_seq_ = -1;
  int64_t received_ = 0;
  int64_t first_time_ = 0;  // received without retransmission
  int64_t expected_prior_ = 0;
  int64_t received_prior_ = 0;
  int64_t loss_expected_prior_ = 0;
  int64_t loss_received_prior_ = 0;
  uint32_t jitter_q4_ = 0;  // in 1/16 RTP units, as A.8 keeps it
  uint32_t last_transit_ = 0;
  uint32_t last_sr_ = 0;
  Timestamp last_sr_at_;
};

}  // namespace parley
