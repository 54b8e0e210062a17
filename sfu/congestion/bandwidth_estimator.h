#pragma once

// How much may be sent to one subscriber, by what its transport-wide feedback says: the lower of
// the delay-based and the loss-based estimate, raised by probes, halved step by step while nothing
// is heard. Sans-IO; one per subscriber that negotiated transport-wide numbers, on its worker.
// Nothing allocates.

#include <algorithm>
#include <optional>

#include "sfu/base/seq_num.h"
#include "sfu/base/units.h"
#include "sfu/congestion/acked_bitrate.h"
#include "sfu/congestion/aimd_rate_control.h"
#include "sfu/congestion/application_limit.h"
#include "sfu/congestion/flight_window.h"
#include "sfu/congestion/inter_arrival.h"
#include "sfu/congestion/loss_estimator.h"
#include "sfu/congestion/probe_controller.h"
#include "sfu/congestion/probe_estimator.h"
#include "sfu/congestion/sent_packets.h"
#include "sfu/congestion/trendline_estimator.h"

namespace parley {

class BandwidthEstimator {
 public:
  static constexpr Bitrate kStart = Bitrate::Kbps(600);
  static constexpr Bitrate kLeast = Bitrate::Kbps(40);
  static constexpr Bitrate kMost = Bitrate::Kbps(50'000);
  // Sending goes on, and no feedback comes: the path is taken to be overwhelmed.
  static constexpr Duration kSilence = Duration::Millis(1000);

  BandwidthEstimator() : delay_based_(kStart, kLeast, kMost) {}

  // The number that the next packet carries, and that it left.
  SeqNum next_seq() const { return sent_.next(); }
  void HandleSent(DataSize size, ProbeId probe, Timestamp now);
  void HandleFeedback(const TwccView& feedback, Timestamp now);
  // By receiver reports; without them the feedback itself gives an upper bound.
  void set_round_trip(Duration round_trip) { round_trip_ = round_trip; }
  // The peer is reached on another path: what is known of the old one says nothing. Feedback on
  // what was sent before is ignored, the numbers run on.
  void HandleNewPath();
  // What could be used at most: bounds how far probes go.
  void set_wanted(Bitrate wanted) { wanted_ = wanted; }

  // A probe to send now, if any. To be asked every 25 ms or so while something is being sent.
  std::optional<ProbeCluster> PollProbe(Timestamp now);

  Bitrate estimate() const {
    return std::max(std::min(delay_based_.estimate(), loss_.estimate()), kLeast);
  }
  // Feedback has come: before, the estimate is a guess.
  bool known() const { return feedback_at_.has_value(); }
  // Since when the queue at the bottleneck last grew, or it was not heard of.
  bool IsCongested(Timestamp now) const {
    return congested_at_ && now - *congested_at_ < kCongestedFor;
  }
  // More is under way than the estimate explains: a queue has formed, and what can wait should,
  // until it has drained.
  bool IsOverfull() const { return known() && sent_.in_flight() > window_.Size(estimate()); }
  double loss() const { return loss_.loss(); }
  DataSize in_flight() const { return sent_.in_flight(); }
  std::optional<Bitrate> acked() const { return acked_.rate(); }

 private:
  static constexpr Duration kCongestedFor = Duration::Millis(500);
  // The queue that a probe made is seen within that after its result.
  static constexpr Duration kProbeEcho = Duration::Millis(500);

  void UpdateDelayBased(std::optional<ProbeEstimator::Result> probe, bool steep, Timestamp now);
  void HandleSilence(Timestamp now);

  SentPackets sent_;
  InterArrival inter_arrival_;
  TrendlineEstimator trendline_;
  AckedBitrate acked_;
  AimdRateControl delay_based_;
  LossEstimator loss_;
  ApplicationLimit application_limit_;
  ProbeController probes_;
  ProbeEstimator probe_results_;
  FlightWindow window_;
  Duration round_trip_ = Duration::Millis(100);
  Bitrate wanted_ = kMost;
  std::optional<Timestamp> feedback_at_;
  std::optional<Timestamp> congested_at_;
  Bitrate measured_;  // by the last probe
  Timestamp measured_at_;
  std::optional<Timestamp> sent_at_;
  std::optional<Timestamp> unanswered_since_;
  std::optional<Timestamp> halved_at_;
};

}  // namespace parley
