#pragma once

// One incoming RTP stream of a producer: an encoding under its present SSRC. Numbers its packets
// without wrapping, tells duplicates, notices and asks for losses, keeps the statistics of receiver
// reports and the sender's clock. Lives on the source's home core. Nothing allocates.

#include <bitset>
#include <cstdint>
#include <optional>

#include "sfu/base/ids.h"
#include "sfu/base/seq_num.h"
#include "sfu/base/units.h"
#include "sfu/forward/nack_generator.h"
#include "sfu/forward/rate_meter.h"
#include "sfu/wire/reception_stats.h"
#include "sfu/wire/rtcp_sender_report.h"
#include "sfu/wire/rtp_extensions.h"

namespace parley {

class RtpStream {
 public:
  // Duplicates are told within this many packets; older ones are too late to be of use.
  static constexpr int64_t kWindow = 1024;

  // Between two packets, beyond the time that passed: no pause and no clock explains it.
  static constexpr Duration kJump = Duration::Seconds(10);

  // The stream begins anew under `ssrc`; its numbers go on above those of the last SSRC.
  void Start(Ssrc ssrc);

  // The packet's extended number; nothing for duplicates and those that are too late. `recovered`
  // says that it came by RTX.
  std::optional<int64_t> HandlePacket(SeqNum seq, RtpTimestamp timestamp, uint32_t clock_rate,
                                      size_t bytes, bool nack, bool recovered, Timestamp now);
  // Whether the last packet was further from those before than kWindow or kJump.
  bool jumped() const { return jumped_; }
  // One of the two packets before it has not come: neither lost and recovered, nor late.
  bool LacksBefore(int64_t extended) const { return !Has(extended - 1) || !Has(extended - 2); }
  void HandleSenderReport(const SenderInfo& info, Timestamp now);
  // What a packet says of its capture, which counts while there is no sender report.
  void HandleCapture(const AbsCaptureTime& captured, RtpTimestamp timestamp);

  // Capture time on the sender's clock, microseconds since 1970; 0 before it has told any.
  int64_t CaptureUs(RtpTimestamp timestamp, uint32_t clock_rate) const;

  std::optional<Ssrc> ssrc() const { return ssrc_; }
  NackGenerator& nack() { return nack_; }
  ReceptionStats& stats() { return stats_; }
  Bitrate Rate(Timestamp now) { return rate_.Rate(now); }

 private:
  // Which RTP time was when, by the sender's clock.
  struct Said {
    NtpTime ntp;
    RtpTimestamp timestamp;
  };

  bool JumpsInTime(RtpTimestamp timestamp, uint32_t clock_rate, Timestamp now) const;
  bool Has(int64_t extended) const {
    return extended > highest_ - kWindow && seen_.test(static_cast<size_t>(extended % kWindow));
  }

  std::optional<Ssrc> ssrc_;
  SeqUnwrapper unwrapper_;
  int64_t base_ = int64_t{1} << 32;  // of this SSRC's numbers; keeps them positive
  int64_t highest_ = -1;
  std::bitset<kWindow> seen_;  // of highest_ - kWindow + 1 .. highest_, by number modulo kWindow
  bool jumped_ = false;
  RtpTimestamp newest_timestamp_;  // of highest_
  Timestamp newest_arrival_;
  NackGenerator nack_;
  ReceptionStats stats_;
  RateMeter rate_;
  std::optional<Said> by_report_;
  std::optional<Said> by_capture_;
};

}  // namespace parley
