#pragma once

// Where on the recording's time the packets of one source lie: by sender reports on its
// participant's clock where there are some, by arrival until then. A clock that jumps begins anew
// and says so. Sans-IO, one thread.

#include <cstdint>
#include <optional>

#include "recorder/timeline/clock_line.h"
#include "recorder/write/participant_clock.h"
#include "sfu/base/seq_num.h"
#include "sfu/base/units.h"

namespace parley {

class SourceClock {
 public:
  // Further from its arrival than that no packet is placed.
  static constexpr Duration kMost = Duration::Seconds(10);

  SourceClock(uint32_t clock_rate, ParticipantClock& participant)
      : clock_rate_(clock_rate), participant_(participant), line_(clock_rate) {}

  void HandleReport(WallTime sent, RtpTimestamp timestamp, Timestamp at);
  // When the packet's sound or picture was, on our clock.
  Timestamp Place(RtpTimestamp timestamp, Timestamp at);
  // How often the clock has jumped.
  uint32_t jumps() const { return jumps_; }
  double skew() const { return line_.skew(); }

 private:
  static constexpr Duration kArrivalSamples = Duration::Seconds(1);

  int64_t Unwrap(RtpTimestamp timestamp);

  uint32_t clock_rate_;
  ParticipantClock& participant_;
  ClockLine line_;
  std::optional<RtpTimestamp> last_;
  int64_t unwrapped_ = 0;
  Timestamp last_sample_;
  bool has_reports_ = false;
  uint32_t jumps_ = 0;
};

}  // namespace parley
