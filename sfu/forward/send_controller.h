#pragma once

// How much one subscriber is sent, and when: its bandwidth estimate by transport-wide feedback and
// its pacer. Numbers every packet that leaves, holds back video and retransmissions that would make
// a queue, and says when a probe's padding is due. What waits is named, not held: the Router finds
// the bytes in its histories. Bounded by Pacer and SentPackets; one per Downlink whose peer
// negotiated transport-wide numbers and RTX, on its worker; nothing allocates.

#include <optional>

#include "sfu/base/seq_num.h"
#include "sfu/base/units.h"
#include "sfu/congestion/bandwidth_estimator.h"
#include "sfu/congestion/pacer.h"

namespace parley {

class SendController {
 public:
  // A receiver that was sent numbered packets for this long and gave no feedback will give none:
  // without it nothing is estimated or paced.
  static constexpr Duration kPatience = Duration::Seconds(2);
  // Histories keep a second.
  static constexpr Duration kMostWait = Duration::Millis(600);

  // The number that the next packet carries; none while no video is wanted: then there is nothing
  // to divide, and feedback would cost more than it tells.
  std::optional<SeqNum> next_seq() const {
    return wanted_ == Bitrate() ? std::nullopt : std::optional(estimator_.next_seq());
  }
  // It left, under next_seq() or, because of its m-line, without a number.
  void HandleSent(DataSize size, bool numbered, Timestamp now);
  void HandleFeedback(const TwccView& feedback, Timestamp now);
  // See BandwidthEstimator; the estimate is a guess again.
  void HandleNewPath(Timestamp now);
  void set_round_trip(Duration round_trip) { estimator_.set_round_trip(round_trip); }

  // What could be used by video: probes try for it and `audio` more.
  void SetWanted(Bitrate video, Bitrate audio, Timestamp now);
  // Sets the pace by the estimate and begins a probe when it is time for one.
  void Control(Timestamp now);

  // The estimate holds, known() or still a guess; else see BandwidthBudget.
  bool active(Timestamp now) const {
    return known() || !first_sent_ || now - *first_sent_ < kPatience;
  }
  bool known() const { return estimator_.known(); }
  // The estimate is more than the first guess: what it has no room for may be paused.
  bool settled(Timestamp now) const {
    return known() && (now - *first_sent_ >= kPatience || estimator_.IsCongested(now));
  }
  Bitrate estimate() const { return estimator_.estimate(); }
  const BandwidthEstimator& estimator() const { return estimator_; }

  // Whether a packet may leave now; else it is to be given to Enqueue.
  [[nodiscard]] bool MayPass(bool retransmission, Timestamp now);
  // False when the queue is full: the packet is lost.
  [[nodiscard]] bool Enqueue(const PacedPacket& packet, Timestamp now) {
    return pacer_.Enqueue(packet, now);
  }
  // The highest temporal layer that should be sent while what waits has waited so long.
  uint8_t MostTemporal(Timestamp now) const {
    const Duration waited = pacer_.Waited(now);
    return waited > kMostWait * 2 / 3 ? 0 : waited > kMostWait / 3 ? 1 : 7;
  }
  // What waits has waited so long that it is better dropped.
  bool IsBehind(Timestamp now) const { return pacer_.Waited(now) > kMostWait; }
  // See Pacer::Drop.
  std::optional<SeqNum> Drop(uint8_t slot) { return pacer_.Drop(slot); }
  // No video is to be sent until blocked() ends: what is under way is more than the link takes.
  void Block() { blocked_ = true; }
  bool blocked() const { return blocked_; }
  // As Pacer::Poll.
  std::optional<Pacer::Departure> Poll(Timestamp now);
  // When Poll has something again; kept in next_timeout() until asked anew.
  void Schedule(Timestamp now);
  Timestamp next_timeout() const { return next_timeout_; }
  const Pacer& pacer() const { return pacer_; }
  // Probes begun so far.
  uint32_t probes() const { return probes_; }

 private:
  Bitrate Pace(Timestamp now) const;
  void Hold(Timestamp now);

  BandwidthEstimator estimator_;
  Pacer pacer_;
  Bitrate wanted_;
  bool held_ = false;
  bool blocked_ = false;
  uint32_t probes_ = 0;
  std::optional<Timestamp> first_sent_;
  Timestamp last_sent_;
  Timestamp next_timeout_ = Timestamp::Never();
};

}  // namespace parley
