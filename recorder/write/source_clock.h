#pragma once

// Where on the recording's time the packets of one source lie: on its participant's clock by sender
// reports and by what packets say of their capture (abs-capture-time), by arrival until one of both
// comes. A clock that jumps begins anew and says so. So does one that stood still: browsers do not
// count the time for which a microphone was off, nor what a machine that was too busy did not take
// of it, which two reports after each other tell. Sans-IO, one thread.

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
  // A source of which nothing came for so long may have been off.
  static constexpr Duration kSilence = Duration::Seconds(1);
  // More than that its packets are late by its clock, when that stood still meanwhile.
  static constexpr Duration kLate = Duration::Millis(400);
  // More than that behind what two reports after each other say, it has lost time for good.
  static constexpr Duration kLost = Duration::Millis(200);
  // What captures alone said and is no further from what reports say is slewed to that: the same
  // for all sources of a participant, so that they stay in step.
  static constexpr Duration kSlewed = Duration::Millis(20);
  // For so long it is watched whether they catch up, as they do when it was the network that stood
  // still; unless that brought others of the same participant.
  static constexpr Duration kWatch = Duration::Millis(600);

  SourceClock(uint32_t clock_rate, ParticipantClock& participant)
      : clock_rate_(clock_rate), participant_(participant), line_(clock_rate) {}

  void HandleReport(WallTime sent, RtpTimestamp timestamp, Timestamp at);
  // Of a packet that Place() is asked for next; `captured` is by the clock of the reports.
  void HandleCapture(WallTime captured, RtpTimestamp timestamp, Timestamp at);
  // When the packet's sound or picture was, on our clock.
  Timestamp Place(RtpTimestamp timestamp, Timestamp at);
  // Whether what Place() told lately may turn out to be wrong. Settle() knows after kWatch, and
  // Recall() tells then where the packets since that time belong.
  bool is_unsure() const { return watched_until_.has_value(); }
  void Settle(Timestamp now);
  Timestamp Recall(RtpTimestamp timestamp) const;
  // How often the clock has jumped.
  uint32_t jumps() const { return jumps_; }
  double skew() const { return line_.skew(); }

 private:
  // What the line goes by; a better one begins it anew.
  enum class By : uint8_t { kArrivals, kCapturesAlone, kReports };
  static constexpr Duration kArrivalSamples = Duration::Seconds(1);

  int64_t Unwrap(RtpTimestamp timestamp);
  // The sender says so; `has_stood`: by that its clock stood still.
  void AddSample(RtpTimestamp timestamp, Timestamp placed, bool has_stood);
  // How much later than the line tells it was by the sender, if anything is told yet.
  Duration BehindBy(RtpTimestamp timestamp, Timestamp placed) const;
  bool WasSilent(Timestamp at) const { return heard_at_ && at - *heard_at_ >= kSilence; }
  void Restart(int64_t rtp, Timestamp placed);
  // Whether the packet that arrived now, and is so late, shows at once that the clock stood still.
  bool StoodStill(Duration late, Timestamp at);

  uint32_t clock_rate_;
  ParticipantClock& participant_;
  ClockLine line_;
  std::optional<RtpTimestamp> last_;
  int64_t unwrapped_ = 0;
  Timestamp last_sample_;
  std::optional<Timestamp> heard_at_;  // the last packet
  Duration usual_ = Duration::Zero();  // under way, of packets before a silence
  std::optional<Timestamp> watched_until_;
  Duration least_late_ = Duration::Zero();  // while it is watched
  By by_ = By::kArrivals;
  bool was_behind_ = false;  // by the last report
  uint32_t jumps_ = 0;
};

}  // namespace parley
